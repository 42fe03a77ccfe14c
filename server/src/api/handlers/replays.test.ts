// Replays through the API: what is refused, what is counted, what is shown.
// Must never reach a receiver: the names end in .invalid, and the service has no network.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../../../test/support/until.ts'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const HOUR_MS = 3_600_000
const ago = (ms: number) => new Date(Date.now() - ms).toISOString()
const lastHour = () => ({ since: ago(HOUR_MS), until: new Date(Date.now() + HOUR_MS).toISOString() })
const post = (url: string, body: object, headers = {}) => api.call({ method: 'POST', url, body, headers })

/** A webhook that was off while three events of its type, and one of another, were published. */
async function webhookThatMissed(agentId?: string) {
  const webhook = (
    await post('/v1/webhooks', { url: 'https://receiver.invalid/hook', isActive: false, agentId: agentId ?? null })
  ).body
  await post(`/v1/webhooks/${webhook.id}/subscriptions`, { eventKey: 'call.completed' })
  for (const type of ['call.completed', 'call.completed', 'call.completed', 'tool.invoked']) {
    await post('/v1/events', { type, agentId: webhook.agentId, data: { call_id: 'c', tool_name: 't', status: 'ok' } })
  }
  return { id: webhook.id as string, replays: `/v1/webhooks/${webhook.id}/replays` }
}

const switchOn = (id: string) => api.call({ method: 'PATCH', url: `/v1/webhooks/${id}`, body: { isActive: true } })
const AGENT = '3c90c3cc-0d44-4b50-8888-8dd25736052a'
let agents = 0
/** Every test has an agent of its own, so that it counts its own events. */
const ownAgent = () => AGENT.replace(/..$/, String(10 + agents++))

describe('a replay', () => {
  test('is answered with its count, is shown with its progress, and is listed', async () => {
    const { id, replays } = await webhookThatMissed(ownAgent())
    await switchOn(id)
    const made = await post(replays, { ...lastHour(), only: 'missing' })
    expect(made.status).toBe(202)
    expect(made.body).toMatchObject({
      webhookId: id,
      eventKeys: null,
      only: 'missing',
      dryRun: false,
      status: 'running',
      matched: 3,
      matchedIsExact: true,
      queued: 0,
      finishedAt: null,
    })
    expect(Date.parse(made.body.until)).toBeLessThanOrEqual(Date.now())
    const shown = await until(
      async () => (await api.call({ url: `${replays}/${made.body.id}` })).body,
      ({ status }) => status !== 'running',
    )
    expect(shown).toMatchObject({ id: made.body.id, status: 'finished', matched: 3, queued: 3 })
    expect(shown.finishedAt).not.toBeNull()
    const listed = await api.call({ url: replays })
    expect(listed.body).toMatchObject({ data: [{ id: made.body.id }], meta: { total: 1 } })
    const deliveries = await api.call({ url: `/v1/webhooks/${id}/deliveries` })
    expect(deliveries.body.data.length).toBe(3)
  })

  test('with dryRun counts, also for a webhook that is off, and keeps nothing', async () => {
    const { replays } = await webhookThatMissed(ownAgent())
    const before = api.counts()
    const response = await post(replays, { ...lastHour(), only: 'missing', dryRun: true })
    expect(response.status).toBe(202)
    expect(response.body).toMatchObject({
      dryRun: true,
      status: 'finished',
      matched: 3,
      matchedIsExact: true,
      queued: 0,
    })
    expect(api.counts()).toEqual(before)
    expect(await api.call({ url: `${replays}/${response.body.id}` })).toMatchObject({
      status: 404,
      body: { code: 'REPLAY_NOT_FOUND' },
    })
  })

  test('counts only the event keys that were given', async () => {
    const { replays } = await webhookThatMissed(ownAgent())
    const count = async (eventKeys: string[]) =>
      (await post(replays, { ...lastHour(), only: 'missing', dryRun: true, eventKeys })).body.matched
    expect(await count(['call.completed', 'call.completed'])).toBe(3)
    expect(await count(['tool.invoked'])).toBe(0)
  })

  test('is refused for a webhook that is off', async () => {
    const { replays } = await webhookThatMissed(ownAgent())
    const response = await post(replays, { ...lastHour(), only: 'all' })
    expect(response).toMatchObject({ status: 409, body: { code: 'WEBHOOK_INACTIVE' } })
  })

  test('is refused with the field that is wrong', async () => {
    const { replays } = await webhookThatMissed(ownAgent())
    const range = { since: ago(2000), until: ago(1000) }
    const CASES: readonly (readonly [object, string])[] = [
      [{ ...range }, '/only'],
      [{ ...range, only: 'some' }, '/only'],
      [{ only: 'all', since: range.since }, '/until'],
      [{ only: 'all', since: range.until, until: range.since }, '/until'],
      [{ only: 'all', since: range.since, until: range.since }, '/until'],
      [{ only: 'all', since: ago(-HOUR_MS), until: ago(-2 * HOUR_MS) }, '/since'],
      [{ only: 'all', since: 'yesterday', until: range.until }, '/since'],
      [{ ...range, only: 'all', eventKeys: [] }, '/eventKeys'],
      [{ ...range, only: 'all', dryRuns: true }, '/dryRuns'],
    ]
    for (const [body, path] of CASES) {
      const response = await post(replays, body)
      expect([response.status, response.body.code]).toEqual([400, 'INVALID_INPUT'])
      expect(response.body.details.issues[0].path).toBe(path)
    }
    const unknown = await post(replays, { ...range, only: 'all', eventKeys: ['call.complete'] })
    expect(unknown).toMatchObject({ status: 400, body: { code: 'UNKNOWN_EVENT_TYPE' } })
  })

  test('is made once for one Idempotency-Key', async () => {
    const { id, replays } = await webhookThatMissed(ownAgent())
    await switchOn(id)
    const body = { ...lastHour(), only: 'failed' }
    const headers = { 'idempotency-key': `replay-${id}` }
    const [first, second] = [await post(replays, body, headers), await post(replays, body, headers)]
    expect(second.body).toEqual(first.body)
    expect((await api.call({ url: replays })).body.meta.total).toBe(1)
  })

  test('is one of at most five that run on a webhook, and is cancelled once', async () => {
    const agent = ownAgent()
    const { id, replays } = await webhookThatMissed(agent)
    // More than the steps of a few requests can queue, so that none of the replays ends before the sixth is asked for.
    const events = Array.from({ length: 1000 }, () => ({
      type: 'call.completed',
      agentId: agent,
      data: { call_id: 'c' },
    }))
    expect((await post('/v1/events/batch', { events })).status).toBe(202)
    await switchOn(id)
    const made: string[] = []
    for (let count = 0; count < 5; count++) made.push((await post(replays, { ...lastHour(), only: 'missing' })).body.id)
    const sixth = await post(replays, { ...lastHour(), only: 'missing' })
    expect(sixth).toMatchObject({ status: 409, body: { code: 'REPLAY_LIMIT_REACHED', details: { limit: 5 } } })
    const cancel = () => api.call({ method: 'DELETE', url: `${replays}/${made[4]}` })
    expect((await cancel()).status).toBe(204)
    const cancelled = (await api.call({ url: `${replays}/${made[4]}` })).body
    expect(cancelled).toMatchObject({ status: 'cancelled', finishedAt: expect.any(String) })
    expect((await cancel()).status).toBe(204)
    expect((await api.call({ url: `${replays}/${made[4]}` })).body).toEqual(cancelled)
    expect((await post(replays, { ...lastHour(), only: 'missing' })).status).toBe(202)
    await api.call({ method: 'PATCH', url: `/v1/webhooks/${id}`, body: { isActive: false } })
    const audit = await api.call({ key: api.adminKey, workspace: null, url: '/v1/audit-log?limit=250' })
    const actions = audit.body.data.map(({ action }: { action: string }) => action)
    expect(actions).toEqual(expect.arrayContaining(['replay.created', 'replay.cancelled']))
  })
})
