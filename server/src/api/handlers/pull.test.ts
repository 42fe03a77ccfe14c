import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifySignature } from '../../../../sdk/src/receiver/index.ts'
import { until } from '../../../../test/support/until.ts'
import { type ApiUnderTest, startApi, type TestCall } from '../testing/test-api.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const TYPE = 'call.completed'

/** A webhook that consumers pull from, alone with its event type. */
class PullWebhook {
  readonly id: string
  readonly type: string

  constructor(id: string, type: string) {
    this.id = id
    this.type = type
  }

  call(path: string, body: unknown, more: Partial<TestCall> = {}) {
    return api.call({ method: 'POST', url: `/v1/webhooks/${this.id}${path}`, body, ...more })
  }

  pull(body: object = {}, more: Partial<TestCall> = {}) {
    return this.call('/pull', { max: 100, ...body }, more)
  }

  async publish(count = 1, data: object = {}): Promise<string[]> {
    const events = Array.from({ length: count }, () => ({ type: this.type, data }))
    const response = await api.call({ method: 'POST', url: '/v1/events/batch', body: { events } })
    expect(response.status).toBe(202)
    return response.body.data.map(({ id }: { id: string }) => id)
  }

  async delivery(id: string) {
    const url = `/v1/webhooks/${this.id}/deliveries/${id}`
    const [delivery, attempts] = await Promise.all([api.call({ url }), api.call({ url: `${url}/attempts` })])
    return { ...delivery.body, attemptList: attempts.body.data }
  }
}

type Item = { readonly headers: Readonly<Record<string, string>> }

let made = 0

async function pullWebhook(fields: object = {}): Promise<PullWebhook> {
  const key = `pull.type_${++made}`
  await api.call({ method: 'POST', url: '/v1/event-types', body: { key } })
  const body = { kind: 'pull', eventKeys: [key], ...fields }
  const response = await api.call({ method: 'POST', url: '/v1/webhooks', body })
  expect(response.status).toBe(201)
  return new PullWebhook(response.body.id, key)
}

const done = ({ deliveryId, leaseToken }: { deliveryId: string; leaseToken: string }, fields: object = {}) => ({
  deliveryId,
  leaseToken,
  status: 200,
  durationMs: 0,
  ...fields,
})

describe('a webhook of kind pull', () => {
  test('has no url and shows its kind, which cannot be changed', async () => {
    const { id } = await pullWebhook()
    const url = `/v1/webhooks/${id}`
    expect((await api.call({ url })).body).toMatchObject({ kind: 'pull', url: `pull:${id}` })
    const refused = await api.call({ method: 'PATCH', url, body: { url: 'https://example.com/' } })
    expect(refused).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } })
    expect(refused.body.details.issues[0]).toMatchObject({ path: '/url' })
    const kind = await api.call({ method: 'PATCH', url, body: { kind: 'push' } })
    expect(kind).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } })
    const changed = await api.call({ method: 'PATCH', url, body: { ordering: 'call', rateLimitPerSecond: 9 } })
    expect(changed.body).toMatchObject({ ordering: 'call', rateLimitPerSecond: 9, kind: 'pull' })
  })

  test('is refused with a url, and a push without', async () => {
    const create = (body: object) => api.call({ method: 'POST', url: '/v1/webhooks', body })
    const both = await create({ kind: 'pull', url: 'https://example.com/' })
    expect(both.body.message).toContain('/url must be absent')
    for (const body of [{}, { kind: 'push' }]) expect((await create(body)).body.message).toContain('/url is missing')
  })

  test('a push has nothing to pull', async () => {
    const push = await api.call({ method: 'POST', url: '/v1/webhooks', body: { url: 'https://receiver.invalid/' } })
    const webhook = new PullWebhook(push.body.id, TYPE)
    for (const [path, body] of [
      ['/pull', {}],
      ['/pull/results', [done({ deliveryId: push.body.id, leaseToken: 'x' })]],
      ['/pull/extend', { deliveryId: push.body.id, leaseToken: 'x', leaseSeconds: 5 }],
    ] as const)
      expect(await webhook.call(path, body)).toMatchObject({ status: 409, body: { code: 'WEBHOOK_IS_PUSH' } })
  })
})

describe('a pull', () => {
  test('gives the headers and the body of a push, which verify', async () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const webhook = await pullWebhook({ secret, headers: { 'X-Own': 'mine' } })
    const [eventId] = await webhook.publish(1, { big: 1 })
    const { body } = await webhook.pull({ leaseSeconds: 60 })
    const [item] = body.data
    expect(body.data.length).toBe(1)
    expect(item.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Timbre/test',
      'x-supervisor-event': webhook.type,
      'x-supervisor-delivery': item.deliveryId,
      'webhook-id': eventId,
      'x-own': 'mine',
    })
    await verifySignature(item.body, item.headers, secret)
    expect(JSON.parse(item.body)).toMatchObject({ id: eventId, type: webhook.type, data: { big: 1 } })
    expect(item.attempt).toBe(1)
    expect(Date.parse(item.leaseUntil) - Date.now()).toBeGreaterThan(50_000)
    await webhook.call('/pull/results', [done(item, { body: 'thanks' })])
    const { attemptList, ...delivery } = await webhook.delivery(item.deliveryId)
    expect(delivery).toMatchObject({ status: 'success', attempts: 1, responseStatus: 200, responseBody: 'thanks' })
    const shown = { ...item.headers, 'x-own': '****************' }
    expect(attemptList).toMatchObject([
      {
        number: 1,
        trigger: 'automatic',
        outcome: 'answered',
        timings: { dns: null, connect: null, tls: null, firstByte: null },
        remoteAddress: '127.0.0.1',
        requestHeaders: shown,
        responseHeaders: null,
      },
    ])
    expect((await api.call({ url: `/v1/webhooks/${webhook.id}` })).body).toMatchObject({ successCount: 1 })
  })

  test('signs with every secret that is still valid', async () => {
    const [old, young] = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']
    const webhook = await pullWebhook({ secret: old })
    await webhook.call('/secret/rotate', { secret: young, overlapHours: 1 })
    await webhook.publish()
    const [item] = (await webhook.pull()).body.data
    for (const secret of [old, young]) await verifySignature(item.body, item.headers, secret)
    expect(item.headers['x-supervisor-signature-previous']).toMatch(/^sha256=/)
  })

  test('waits for what comes, and is answered with nothing when nothing does', async () => {
    const webhook = await pullWebhook()
    expect((await webhook.pull()).body).toEqual({ data: [] })
    const waiting = webhook.pull({ waitSeconds: 30 })
    const [eventId] = await webhook.publish()
    expect((await waiting).body.data.map(({ headers }: Item) => headers['webhook-id'])).toEqual([eventId])
  })

  test('gives no more than may be in flight, and the rest when there is capacity', async () => {
    const webhook = await pullWebhook()
    await webhook.publish(6)
    const first = (await webhook.pull()).body.data
    expect(first.length).toBe(4)
    expect((await webhook.pull()).body.data).toEqual([])
    const waiting = webhook.pull({ waitSeconds: 30 })
    await webhook.call('/pull/results', first.slice(0, 3).map(done))
    expect((await waiting).body.data.length).toBe(2)
  })

  test('shares what is due between consumers, each delivery to one', async () => {
    const webhook = await pullWebhook()
    const ids = await webhook.publish(4)
    const responses = await Promise.all(ids.map(() => webhook.pull({ max: 1, waitSeconds: 30 })))
    const given = responses.flatMap(({ body }) => body.data.map(({ headers }: Item) => headers['webhook-id']))
    expect(given.toSorted()).toEqual(ids.toSorted())
  })

  test('repeated with its Idempotency-Key gives the same leases again, for as long as they last', async () => {
    const webhook = await pullWebhook({ headers: { 'X-Own': 'mine' } })
    await webhook.publish(2)
    const headers = { 'idempotency-key': 'poll-1' }
    const first = await webhook.pull({ max: 1 }, { headers })
    const again = await webhook.pull({ max: 1 }, { headers })
    expect(again.body).toEqual(first.body)
    expect(again.headers['idempotency-replayed']).toBe('true')
    const reused = await webhook.pull({ max: 2 }, { headers })
    expect(reused).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_REUSED' } })
    await webhook.call('/pull/results', first.body.data.map(done))
    const next = await webhook.pull({ max: 1 }, { headers })
    expect(next.body.data.length).toBe(1)
    expect(next.body.data[0].deliveryId).not.toBe(first.body.data[0].deliveryId)
  })

  test('keeps no body of an event with a response', async () => {
    const webhook = await pullWebhook()
    await webhook.publish(1, { marker: 'body-of-an-event-9d1c' })
    await webhook.pull({}, { headers: { 'idempotency-key': 'poll-2' } })
    expect(api.dump().split('body-of-an-event-9d1c').length - 1, 'in the event itself alone').toBe(1)
  })

  test('that nobody waits for any more leaves what comes later to others', async () => {
    const webhook = await pullWebhook()
    const address = await api.app.listen({ port: 0, host: '127.0.0.1' })
    const gone = new AbortController()
    const init = {
      method: 'POST',
      headers: { 'x-api-key': api.ours.key, 'x-workspace-id': api.ours.id, 'content-type': 'application/json' },
      body: JSON.stringify({ waitSeconds: 30 }),
    }
    const polls = `${address}/v1/webhooks/${webhook.id}/pull`
    const connections = promisify<number>((done) => api.app.server.getConnections(done))
    const lost = fetch(polls, { ...init, signal: gone.signal })
    await until(connections, (count) => count === 1)
    gone.abort()
    await expect(lost).rejects.toThrow()
    await until(connections, (count) => count === 0)
    const [eventId] = await webhook.publish()
    const [item] = (await webhook.pull({ waitSeconds: 30 })).body.data
    expect([item.headers['webhook-id'], item.attempt]).toEqual([eventId, 1])
  })
})

describe('a result', () => {
  test('that is no success is tried again by the schedule, with the evidence', async () => {
    const webhook = await pullWebhook()
    await webhook.publish()
    const [item] = (await webhook.pull()).body.data
    const response = await webhook.call('/pull/results', [done(item, { status: 503, body: 'busy' })])
    expect(response.body.data).toEqual([{ deliveryId: item.deliveryId, counted: true, reason: null }])
    const delivery = await webhook.delivery(item.deliveryId)
    expect(delivery).toMatchObject({ status: 'queued', attempts: 1, responseStatus: 503 })
    expect(Date.parse(delivery.nextAttemptAt) - Date.now()).toBeGreaterThan(3_000_000)
    expect(delivery.attemptList[0]).toMatchObject({ responseStatus: 503, responseBody: 'busy', outcome: 'answered' })
    expect(delivery.lastError).toContain('503')
  })

  test('410 ends the webhook', async () => {
    const webhook = await pullWebhook()
    await webhook.publish()
    const [item] = (await webhook.pull()).body.data
    await webhook.call('/pull/results', [done(item, { status: 410 })])
    expect((await webhook.delivery(item.deliveryId)).status).toBe('failed')
    const shown = (await api.call({ url: `/v1/webhooks/${webhook.id}` })).body
    expect(shown).toMatchObject({ isActive: false, disabledReason: 'gone' })
  })

  test('null releases it without an attempt, for whoever comes first', async () => {
    const webhook = await pullWebhook()
    await webhook.publish()
    const [item] = (await webhook.pull()).body.data
    const waiting = webhook.pull({ waitSeconds: 30 })
    const response = await webhook.call('/pull/results', [done(item, { status: null })])
    expect(response.body.data).toEqual([{ deliveryId: item.deliveryId, counted: false, reason: 'released' }])
    const [again] = (await waiting).body.data
    expect([again.deliveryId, again.attempt]).toEqual([item.deliveryId, 1])
    expect(again.leaseToken).not.toBe(item.leaseToken)
  })

  test('counts once, under its own lease, for its own webhook', async () => {
    const [webhook, other] = [await pullWebhook(), await pullWebhook()]
    await webhook.publish()
    const [item] = (await webhook.pull()).body.data
    const uncounted = [{ deliveryId: item.deliveryId, counted: false, reason: 'lease_ended' }]
    expect((await other.call('/pull/results', [done(item)])).body.data).toEqual(uncounted)
    const guessed = { ...item, leaseToken: 'x'.repeat(item.leaseToken.length) }
    expect((await webhook.call('/pull/results', [done(guessed)])).body.data).toEqual(uncounted)
    const twice = (await webhook.call('/pull/results', [done(item), done(item)])).body.data
    expect(twice.map(({ counted }: { counted: boolean }) => counted)).toEqual([true, false])
    expect((await webhook.delivery(item.deliveryId)).attempts).toBe(1)
    const theirs = { key: api.theirs.key, workspace: api.theirs.id }
    expect(await webhook.call('/pull/results', [done(item)], theirs)).toMatchObject({ status: 404 })
  })

  test('lets the next one of its call go', async () => {
    const webhook = await pullWebhook({ ordering: 'call' })
    const ids = await webhook.publish(3, { call_id: 'in-order' })
    for (const id of ids) {
      const waiting = await webhook.pull({ waitSeconds: 30 })
      expect(waiting.body.data.map(({ headers }: Item) => headers['webhook-id'])).toEqual([id])
      await webhook.call('/pull/results', waiting.body.data.map(done))
    }
  })
})

describe('a lease', () => {
  test('can be extended while it lasts', async () => {
    const webhook = await pullWebhook()
    await webhook.publish()
    const [item] = (await webhook.pull({ leaseSeconds: 5 })).body.data
    const { deliveryId, leaseToken } = item
    const extended = await webhook.call('/pull/extend', { deliveryId, leaseToken, leaseSeconds: 3600 })
    expect(extended.status).toBe(200)
    expect(Date.parse(extended.body.leaseUntil) - Date.now()).toBeGreaterThan(3_500_000)
    await webhook.call('/pull/results', [done(item)])
    expect(await webhook.call('/pull/extend', { deliveryId, leaseToken, leaseSeconds: 60 })).toMatchObject({
      status: 409,
      body: { code: 'LEASE_ENDED' },
    })
  })

  test('that ends is a failed attempt, and a result after it does not count', async () => {
    const webhook = await pullWebhook()
    await webhook.publish()
    const [item] = (await webhook.pull({ leaseSeconds: 5 })).body.data
    const delivery = await until(
      () => webhook.delivery(item.deliveryId),
      ({ status }) => status !== 'sending',
    )
    expect(delivery).toMatchObject({ status: 'queued', attempts: 1, responseStatus: null })
    expect(delivery.attemptList[0]).toMatchObject({
      outcome: 'timed_out',
      trigger: 'automatic',
      durationMs: 5000,
      error: expect.stringContaining('before its lease ended'),
      requestHeaders: item.headers,
    })
    const late = await webhook.call('/pull/results', [done(item)])
    expect(late.body.data[0]).toMatchObject({ counted: false, reason: 'lease_ended' })
    expect((await webhook.delivery(item.deliveryId)).attempts).toBe(1)
  })
})

test('a rate limit spaces what is given', async () => {
  const webhook = await pullWebhook({ rateLimitPerSecond: 20 })
  await webhook.publish(3)
  const begunAt = performance.now()
  for (let given = 0; given < 3; ) {
    const { data } = (await webhook.pull({ waitSeconds: 30 })).body
    expect(data.length).toBe(1)
    given += data.length
    await webhook.call('/pull/results', data.map(done))
  }
  expect(performance.now() - begunAt).toBeGreaterThanOrEqual(95)
})

describe('a test send', () => {
  const testOf = (webhook: PullWebhook) => webhook.call('/test', { eventKey: webhook.type })

  test('waits for a consumer, and answers with its attempt', async () => {
    const webhook = await pullWebhook()
    const testing = testOf(webhook)
    const [item] = (await webhook.pull({ waitSeconds: 30 })).body.data
    await webhook.call('/pull/results', [done(item, { status: 202, body: 'seen' })])
    const { status, body } = await testing
    expect(status).toBe(200)
    expect(body).toMatchObject({
      delivered: true,
      deliveryId: item.deliveryId,
      attempt: { trigger: 'test', number: 1, responseStatus: 202, responseBody: 'seen' },
    })
  })

  test('has one attempt: a failure is the end of it', async () => {
    const webhook = await pullWebhook()
    const testing = testOf(webhook)
    const [item] = (await webhook.pull({ waitSeconds: 30 })).body.data
    await webhook.call('/pull/results', [done(item, { status: 500 })])
    expect((await testing).body).toMatchObject({ delivered: false, attempt: { responseStatus: 500 } })
    expect((await webhook.delivery(item.deliveryId)).status).toBe('failed')
  })
})
