import { expect, test } from 'vitest'
import { meantName } from './meant-names.ts'

test.each([
  ['URL', ['url', 'agentId'], 'url'],
  ['is_active', ['isActive'], 'isActive'],
  ['descripton', ['url', 'description'], 'description'],
  ['enabled_events', ['url', 'eventKeys'], 'eventKeys'],
  ['signing_secret', ['secret'], 'secret'],
  ['payload', ['type', 'data'], 'data'],
  ['starting_after', ['limit', 'after'], 'after'],
  ['call.complete', ['call.completed', 'call.error'], 'call.completed'],
])('%s is another word for what is there', (name, known, meant) => {
  expect(meantName(name, known)).toBe(meant)
})

test.each([
  ['zzz', ['url', 'agentId']],
  ['enabled_events', ['url', 'agentId']],
  ['constructor', ['url']],
  ['u'.repeat(10_000), ['u'.repeat(10_000)]],
])('nothing is guessed for %s', (name, known) => {
  expect(meantName(name, known)).toBeUndefined()
})
