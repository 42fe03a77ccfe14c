// "202, deliveryCount 0: why?": through the API, by the response, the event and the list.
// Must never reach a receiver: the names end in .invalid.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'

const AGENT = '3c90c3cc-0d44-4b50-8888-8dd25736052a'
const SEED_AGENT = 'oBeDLoLOeuAbiuaMFXRtDOLriTJ5tSxD'

let api: ApiUnderTest

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const post = (url: string, body: unknown, more = {}) => api.call({ method: 'POST', url, body, ...more })
const publish = async (fields: object = {}) =>
  (await post('/v1/events', { type: 'call.completed', data: { call_id: 'c' }, ...fields })).body
const detail = async (id: string) => (await api.call({ url: `/v1/events/${id}` })).body
const create = async (fields: object) =>
  (await post('/v1/webhooks', { url: 'https://receiver.invalid/', ...fields })).body

describe('an event that nothing matches', () => {
  test('says so in an empty workspace', async () => {
    expect(await publish()).toMatchObject({ deliveryCount: 0, agentId: null, skipped: [] })
  })

  test('says why, webhook by webhook: at once, when it is looked at, and in a batch', async () => {
    const reasons = new Map<string, string>()
    const { id: none } = await create({ eventKeys: ['call.error'] })
    reasons.set(none, 'no_subscription')
    const { id: paused, subscriptions } = await create({ eventKeys: ['call.completed'] })
    const isActive = false
    await api.call({
      method: 'PATCH',
      url: `/v1/webhooks/${paused}/subscriptions/${subscriptions[0].id}`,
      body: { isActive },
    })
    reasons.set(paused, 'subscription_inactive')
    reasons.set((await create({ isActive, eventKeys: ['call.completed'] })).id, 'webhook_inactive')
    reasons.set((await create({ agentId: AGENT, eventKeys: ['call.completed'] })).id, 'other_agent')
    const expected = [...reasons].reverse().map(([webhookId, reason]) => ({ webhookId, reason }))
    const event = await publish()
    expect(event.skipped).toEqual(expected)
    expect(await detail(event.id)).toMatchObject({ deliveryCount: 0, deliveries: [], skipped: expected })
    const events = [
      { type: 'call.completed', data: { call_id: 'a' } },
      { type: 'call.error', data: { call_id: 'b', error_code: 'busy' } },
    ]
    const [first, second] = (await post('/v1/events/batch', { events })).body.data
    expect(first.skipped).toEqual(expected)
    expect(second).toMatchObject({ deliveryCount: 1 })
    expect(second.skipped).toBeUndefined()
    expect((await detail(second.id)).skipped.map(({ webhookId }: { webhookId: string }) => webhookId)).not.toContain(
      none,
    )
    const theirs = await post('/v1/events', events[0], { key: api.theirs.key, workspace: api.theirs.id })
    expect(theirs.body.skipped).toEqual([])
  })

  test('is listed with ?undelivered=true, and what was delivered with false', async () => {
    const missed = await publish()
    const reached = await publish({ type: 'call.error', data: { call_id: 'b', error_code: 'busy' } })
    const ids = async (undelivered: string) =>
      (await api.call({ url: `/v1/events?undelivered=${undelivered}` })).body.data.map(({ id }: { id: string }) => id)
    expect(await ids('true')).toContain(missed.id)
    expect(await ids('true')).not.toContain(reached.id)
    expect(await ids('false')).toContain(reached.id)
    expect((await api.call({ url: '/v1/events?undelivered=yes' })).status).toBe(400)
  })
})

test("the response says which agent the event is of: the seed's own ids are none", async () => {
  const of = async (fields: object, data: object = {}) =>
    (await publish({ data: { call_id: 'c', ...data }, ...fields })).agentId
  expect(await of({ agentId: AGENT })).toBe(AGENT)
  expect(await of({}, { agent_id: AGENT.toUpperCase() })).toBe(AGENT)
  expect(await of({}, { agent_id: SEED_AGENT })).toBeNull()
  expect(await of({ agentId: null }, { agent_id: AGENT })).toBeNull()
})
