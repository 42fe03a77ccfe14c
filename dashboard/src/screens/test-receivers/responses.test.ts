import { expect, test } from 'vitest'
import { faultyResponses, responsesOf, textsOf } from './responses.ts'

const RESPONSES = { responseStatus: 503, delayMs: 250, failurePercent: 10 }

test('what is written comes out as it went in', () => {
  expect(responsesOf(textsOf(RESPONSES))).toEqual(RESPONSES)
  expect(faultyResponses(textsOf(RESPONSES))).toEqual([])
})

test('a field without a number within its bounds is named', () => {
  expect(faultyResponses({ responseStatus: '600', delayMs: '', failurePercent: '1.5' })).toEqual([
    'responseStatus',
    'delayMs',
    'failurePercent',
  ])
  expect(faultyResponses({ responseStatus: 'x', delayMs: '20000', failurePercent: '100' })).toEqual(['responseStatus'])
})
