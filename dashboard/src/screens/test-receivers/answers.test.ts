import { expect, test } from 'vitest'
import { answersOf, faultyAnswers, textsOf } from './answers.ts'

const ANSWERS = { responseStatus: 503, delayMs: 250, failurePercent: 10 }

test('what is written comes out as it went in', () => {
  expect(answersOf(textsOf(ANSWERS))).toEqual(ANSWERS)
  expect(faultyAnswers(textsOf(ANSWERS))).toEqual([])
})

test('a field without a number within its bounds is named', () => {
  expect(faultyAnswers({ responseStatus: '600', delayMs: '', failurePercent: '1.5' })).toEqual([
    'responseStatus',
    'delayMs',
    'failurePercent',
  ])
  expect(faultyAnswers({ responseStatus: 'x', delayMs: '20000', failurePercent: '100' })).toEqual(['responseStatus'])
})
