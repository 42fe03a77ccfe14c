// Owns the tests of ids in a path that have the prefixed form and are none of ours.
import { ROUTES, type Route } from '@timbre/contract/routes.ts'
import { expect, test } from 'vitest'
import { refuseAbsentIds } from './absent-id.ts'

const WEBHOOK = 'wh_01J8XW1N9P2Q3R4S5T6V7W8X9Y'

test("the seed's own ids name nothing, whatever stands beside them that is right", () => {
  expect(() => refuseAbsentIds({ webhookId: 'wh_01J8XW1N9P2Q3R4S5T6U' })).toThrow(
    expect.objectContaining({ code: 'WEBHOOK_NOT_FOUND' }),
  )
  expect(() => refuseAbsentIds({ webhookId: WEBHOOK, deliveryId: 'dlv_01J8XW1N9P2Q3R4S5T6U' })).toThrow(
    expect.objectContaining({ code: 'DELIVERY_NOT_FOUND' }),
  )
})

test.each([
  { webhookId: 'nonsense' },
  { webhookId: 'wh_' },
  { webhookId: 'sub_01J8XW1N9P2Q3R4S5T6U' },
  { webhookId: `wh_${'0'.repeat(65)}` },
  { webhookId: 'wh_a b' },
  { webhookId: 'wh_01J8XW1N9P2Q3R4S5T6U', deliveryId: 'nonsense' },
  { webhookId: WEBHOOK },
  { key: 'wh_01J8XW1N9P2Q3R4S5T6U' },
])('what is no id of the noun stays bad input: %o', (params) => {
  expect(refuseAbsentIds(params)).toBeUndefined()
})

test('every id that a path of the table has is known here', () => {
  const names = Object.values(ROUTES as Readonly<Record<string, Route>>).flatMap(({ path }) =>
    [...path.matchAll(/:(\w+Id)\b/g)].map(([, name = '']) => name),
  )
  for (const name of new Set(names)) {
    // Chosen by others: any text of theirs may be one.
    if (name === 'eventId' || name === 'callId') continue
    expect(() => refuseAbsentIds({ [name]: `${PREFIXES[name]}_1` }), name).toThrow()
  }
})

const PREFIXES: Readonly<Record<string, string>> = {
  workspaceId: 'ws',
  webhookId: 'wh',
  subscriptionId: 'sub',
  deliveryId: 'dlv',
  replayId: 'rpl',
  apiKeyId: 'key',
  portalSessionId: 'pts',
  testReceiverId: 'trc',
  sourceId: 'src',
}
