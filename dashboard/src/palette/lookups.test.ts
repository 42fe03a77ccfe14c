import { expect, test } from 'vitest'
import { lookups } from './lookups.ts'

test.each([
  ['evt_01J8XW1N9P2Q3R4S5T6U', ['event']],
  [' dlv_01J8XW1N9P2Q3R4S5T6U\n', ['delivery']],
  ['wh_x', ['webhook']],
  ['01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d', ['delivery', 'webhook', 'call']],
  ['+34 600 123 456', ['number', 'call']],
  ['call-1', ['call']],
  ['two words', []],
  ['ab', []],
  ['x'.repeat(257), []],
])('%j may be %j', (text, kinds) => {
  expect(lookups(text)).toEqual(kinds)
})
