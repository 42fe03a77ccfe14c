// Statistics through the API: what a receiver did is counted when the delivery shows it, and what waits is seen.
// Must never sleep: what is under way is held by the receiver until the test lets go.
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../../../../test/support/until.ts'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'

let api: ApiUnderTest
let server: Server
/** What the receiver answers at once; null: it waits. */
let status: number | null
let held: ServerResponse[]

beforeEach(async () => {
  held = []
  status = 200
  server = createServer((request, response) => {
    request.resume()
    if (status === null) held.push(response)
    else response.writeHead(status).end()
    server.emit('request-held')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  api = await startApi({ allowHttpLoopback: true, refuseTarget: () => undefined })
})
afterEach(async () => {
  for (const response of held) response.end()
  await api.stop()
  server.closeAllConnections()
  server.close()
})

async function subscribe(more: object = {}): Promise<string> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  const webhook = await api.call({
    method: 'POST',
    url: '/v1/webhooks',
    body: { url, eventKeys: ['call.completed'], ...more },
  })
  return webhook.body.id
}

async function publish(count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, nth) => ({ type: 'call.completed', data: { call_id: `c${nth}` } }))
  expect((await api.call({ method: 'POST', url: '/v1/events/batch', body: { events } })).status).toBe(202)
}

const stats = async (url: string) => (await api.call({ url })).body
const settled = (url: string, attempts: number) =>
  until(
    () => stats(url),
    ({ total }) => total.attempts >= attempts,
  )

describe('GET /v1/webhooks/{id}/stats', () => {
  test('counts what a receiver answered, by outcome, status and latency, and adds up to the total', async () => {
    const id = await subscribe()
    await publish(3)
    const first = await settled(`/v1/webhooks/${id}/stats?bucket=1m`, 3)
    status = 503
    await publish(1)
    const body = await settled(`/v1/webhooks/${id}/stats?bucket=1m`, 4)
    expect(first.total).toMatchObject({ attempts: 3, succeeded: 3, deliveriesSucceeded: 3, deliveriesFailed: 0 })
    expect(body).toMatchObject({ webhookId: id, bucket: '1m' })
    expect(body.total).toMatchObject({
      attempts: 4,
      succeeded: 3,
      attemptsByOutcome: { answered: 4 },
      attemptsByStatus: { 200: 3, 503: 1 },
      attemptsByPhase: {},
      deliveriesSucceeded: 3,
      deliveriesFailed: 0,
    })
    expect(body.total.latency.total.count).toBe(4)
    const { p50, p99 } = body.total.latency.total
    expect(p50).toBeGreaterThan(0)
    expect(p99).toBeGreaterThanOrEqual(p50)
    const sum = body.buckets.reduce(
      (all: number, bucket: { counts: { attempts: number } }) => all + bucket.counts.attempts,
      0,
    )
    expect(sum).toBe(4)
    for (const bucket of ['5m', '1h', '1d']) {
      const other = await stats(`/v1/webhooks/${id}/stats?bucket=${bucket}`)
      expect(other.total).toEqual(body.total)
    }
    expect((await stats('/v1/stats')).total).toEqual(body.total)
    expect((await stats('/v1/stats')).webhookId).toBeNull()
  })

  test('shows what waits, since when, and when it is tried next', async () => {
    const id = await subscribe({ rateLimitPerSecond: 1 })
    expect((await stats(`/v1/webhooks/${id}/stats`)).backlog).toEqual({
      pending: 0,
      pendingIsExact: true,
      oldestPendingAt: null,
      nextAttemptAt: null,
      drainSeconds: 0,
      isRateLimited: false,
    })
    status = null
    await publish(5)
    await until(
      async () => held.length,
      (count) => count > 0,
    )
    const { backlog } = await stats(`/v1/webhooks/${id}/stats`)
    expect(backlog).toMatchObject({ pending: 5, pendingIsExact: true, drainSeconds: null, isRateLimited: true })
    const { data } = (await api.call({ url: `/v1/webhooks/${id}/deliveries` })).body
    expect(backlog.oldestPendingAt).toBe(data.at(-1).createdAt)
    expect((await stats('/v1/stats')).backlog).toMatchObject({ pending: 5, isRateLimited: null })
  })

  test('of a failing receiver says when it is tried next', async () => {
    status = 500
    const id = await subscribe()
    await publish(1)
    await settled(`/v1/webhooks/${id}/stats`, 1)
    const { backlog } = await stats(`/v1/webhooks/${id}/stats`)
    const [delivery] = (await api.call({ url: `/v1/webhooks/${id}/deliveries` })).body.data
    expect(delivery.nextAttemptAt).not.toBeNull()
    expect(backlog).toMatchObject({ pending: 1, nextAttemptAt: delivery.nextAttemptAt, drainSeconds: null })
    expect((await stats('/v1/stats')).backlog.nextAttemptAt).toBe(delivery.nextAttemptAt)
  })

  test('begins no earlier than what is kept, and says so', async () => {
    const id = await subscribe()
    const body = await stats(`/v1/webhooks/${id}/stats?bucket=1d&since=2001-01-01T00:00:00.000Z`)
    const days = (Date.parse(body.until) - Date.parse(body.since)) / 86_400_000
    expect([400, 401]).toContain(days)
    expect(body.since).toMatch(/T00:00:00.000Z$/)
  })

  test('refuses a range that ends before it begins, too many buckets, and sizes that there are not', async () => {
    const id = await subscribe()
    const refused = async (query: string) => {
      const answer = await api.call({ url: `/v1/webhooks/${id}/stats?${query}` })
      return [answer.status, answer.body.details.issues[0].path]
    }
    expect(await refused('since=2025-08-19T16:00:00.000Z&until=2025-08-19T15:00:00.000Z')).toEqual([400, '?since'])
    expect(await refused('bucket=1m&since=2001-01-01T00:00:00.000Z')).toEqual([400, '?since'])
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()
    expect(await refused(`bucket=5m&since=${daysAgo(1.5)}`)).toEqual([400, '?since'])
    expect((await api.call({ url: `/v1/webhooks/${id}/stats?bucket=5m&since=${daysAgo(1)}` })).status).toBe(200)
    expect((await api.call({ url: `/v1/webhooks/${id}/stats?bucket=1h&since=${daysAgo(31)}` })).status).toBe(200)
    expect(await refused('bucket=2m')).toEqual([400, '?bucket'])
  })

  test('is not there for a webhook of another workspace, nor for a deleted one', async () => {
    const id = await subscribe()
    const theirs = await api.call({ url: `/v1/webhooks/${id}/stats`, key: api.theirs.key, workspace: api.theirs.id })
    expect(theirs).toMatchObject({ status: 404, body: { code: 'WEBHOOK_NOT_FOUND' } })
    await api.call({ method: 'DELETE', url: `/v1/webhooks/${id}` })
    expect((await api.call({ url: `/v1/webhooks/${id}/stats` })).status).toBe(404)
  })
})
