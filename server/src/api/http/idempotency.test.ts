// Idempotency-Key on every POST, through the API.
// Must never sleep: the second request comes at once.
import { randomBytes } from 'node:crypto'
import { ROUTES, type Route, type RouteName } from '@timbre/contract/routes.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AesVault } from '../../platform/aes-vault.ts'
import type { Vault } from '../../platform/vault.ts'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'
import { startReceiver, type TestReceiver } from '../testing/test-receiver.ts'

let api: ApiUnderTest
let receiver: TestReceiver
let webhook: string
let deliveryId: string

beforeAll(async () => {
  receiver = await startReceiver()
  api = await startApi({ allowHttpLoopback: true, refuseTarget: () => undefined })
  const made = await api.call({ method: 'POST', url: '/v1/webhooks', body: { url: receiver.url } })
  webhook = `/v1/webhooks/${made.body.id}`
  const test = await api.call({ method: 'POST', url: `${webhook}/test`, body: { eventKey: 'call.error' } })
  deliveryId = test.body.deliveryId
})
afterAll(async () => {
  await api.stop()
  await receiver.stop()
})

let keys = 0
const newKey = () => `key-${++keys}`
const post = (url: string, body: unknown, key: string) =>
  api.call({ method: 'POST', url, body, headers: { 'idempotency-key': key } })

const POSTS: readonly [name: RouteName, url: () => string, body: (key: string) => object][] = [
  ['createWebhook', () => '/v1/webhooks', () => ({ url: receiver.url })],
  ['rotateWebhookSecret', () => `${webhook}/secret/rotate`, () => ({})],
  ['testWebhook', () => `${webhook}/test`, () => ({ eventKey: 'call.error' })],
  ['retryDelivery', () => `${webhook}/deliveries/${deliveryId}/retry`, () => ({})],
  ['createSubscription', () => `${webhook}/subscriptions`, () => ({ eventKey: 'call.completed' })],
  ['createEventType', () => '/v1/event-types', (key) => ({ key: `own.${key.replace('-', '_')}` })],
  ['createApiKey', () => '/v1/api-keys', () => ({ name: 'Made', scopes: ['events:read'] })],
  ['createErasure', () => '/v1/erasures', (key) => ({ callId: key })],
  ['publishEvent', () => '/v1/events', () => ({ type: 'tool.invoked', data: {} })],
  ['publishEventBatch', () => '/v1/events/batch', () => ({ events: [{ type: 'tool.invoked', data: {} }] })],
]

describe.each(POSTS)('%s', (name, url, body) => {
  test('with the same key and body gives the first response again and does nothing', async () => {
    const key = newKey()
    const first = await post(url(), body(key), key)
    expect(first.status).toBeLessThan(300)
    expect(first.headers['idempotency-replayed']).toBeUndefined()
    const sent = receiver.received.length
    const before = api.counts()
    const again = await post(url(), body(key), key)
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect([again.status, again.body]).toEqual([first.status, shownAgain(name, first.body)])
    expect(api.counts()).toEqual(before)
    expect(receiver.received.length).toBeLessThanOrEqual(sent + 1)
  })

  test('with the same key and another body is refused', async () => {
    const key = newKey()
    // The second subscription for one key is a conflict by itself; its key is then free.
    if ((await post(url(), body(key), key)).status === 409) return
    const before = api.dump()
    const response = await post(url(), `${JSON.stringify(body(key))} `, key)
    expect(response).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_REUSED' } })
    expect(api.dump()).toBe(before)
  })
})

describe('a response that reveals', () => {
  test('a key is given once: its repetition has everything else', async () => {
    const key = newKey()
    const body = { name: 'Once', scopes: ['events:read'] }
    const made = await post('/v1/api-keys', body, key)
    expect(made.body.key).toMatch(/^sk_live_/)
    const again = await post('/v1/api-keys', body, key)
    expect(again.text).not.toContain(made.body.key)
    expect(again).toMatchObject({
      status: 201,
      headers: { 'idempotency-replayed': 'true' },
      body: { id: made.body.id },
    })
    expect(again.body).not.toHaveProperty('key')
  })

  test('a secret is given once, and a repetition neither rotates again nor is a reveal', async () => {
    const key = newKey()
    const made = await post(`${webhook}/secret/rotate`, { overlapHours: 1 }, key)
    const before = api.dump()
    const again = await post(`${webhook}/secret/rotate`, { overlapHours: 1 }, key)
    expect(again.body).toEqual({ previousSecretExpiresAt: made.body.previousSecretExpiresAt })
    expect(api.dump()).toBe(before)
    expect((await api.call({ url: `${webhook}/secret` })).body.secret).toBe(made.body.secret)
  })

  test('is not kept with what it reveals, not even sealed', async () => {
    const inner = new AesVault([randomBytes(32)])
    const sealed: string[] = []
    const seal: Vault['seal'] = (...args) => {
      sealed.push(args[0])
      return inner.seal(...args)
    }
    const watched = await startApi({ vault: { seal, open: (...args) => inner.open(...args) } })
    const headers = { 'idempotency-key': 'k' }
    const body = { name: 'Once', scopes: ['events:read'] }
    const made = await watched.call({ method: 'POST', url: '/v1/api-keys', body, headers })
    await watched.stop()
    expect(sealed.filter((text) => text.includes(made.body.id))).toHaveLength(1)
    expect(sealed.join()).not.toContain(made.body.key)
  })
})

describe('a key', () => {
  test('used by eight equal requests at once makes one thing and gives all the same response', async () => {
    for (const [name, url, body, table] of [
      ['createWebhook', '/v1/webhooks', { url: 'https://receiver.invalid/' }, 'webhooks'],
      ['createApiKey', '/v1/api-keys', { name: 'Once', scopes: ['events:read'] }, 'api_keys'],
      ['publishEvent', '/v1/events', { type: 'tool.invoked', data: { call_id: 'once' } }, 'events'],
      ['createEventType', '/v1/event-types', { key: 'own.at_once' }, 'event_types'],
    ] as const) {
      const key = newKey()
      const before = api.counts()
      const responses = await Promise.all(Array.from({ length: 8 }, () => post(url, body, key)))
      const shown = responses.map(({ status, body: given }) => JSON.stringify([status, shownAgain(name, given)]))
      expect(new Set(shown).size).toBe(1)
      expect(responses[0]?.status).toBeLessThan(300)
      expect(responses.filter((response) => response.headers['idempotency-replayed'] === 'true')).toHaveLength(7)
      expect(api.counts()[table]).toBe(Number(before[table]) + 1)
    }
  })

  test('is not used up by a request that was refused', async () => {
    const key = newKey()
    expect((await post('/v1/webhooks', { url: 'http://nonsense.invalid' }, key)).status).toBe(400)
    expect((await post('/v1/events', { type: 'call.completed', data: {} }, key)).status).toBe(400)
    expect((await post('/v1/webhooks', { url: 'https://receiver.invalid/' }, key)).status).toBe(201)
  })

  test('of one route is refused at another', async () => {
    const key = newKey()
    const body = { type: 'tool.invoked', data: {} }
    expect((await post('/v1/events', body, key)).status).toBe(202)
    expect((await post('/v1/api-keys', { name: 'x', scopes: ['events:read'] }, key)).body.code).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    )
    const other = newKey()
    expect((await post('/v1/api-keys', { name: 'x', scopes: ['events:read'] }, other)).status).toBe(201)
    expect((await post('/v1/events', body, other)).body.code).toBe('IDEMPOTENCY_KEY_REUSED')
  })

  test('means nothing in another workspace', async () => {
    const key = newKey()
    const body = { url: 'https://receiver.invalid/' }
    const ours = await post('/v1/webhooks', body, key)
    const theirs = await api.call({
      method: 'POST',
      url: '/v1/webhooks',
      key: api.theirs.key,
      workspace: api.theirs.id,
      body,
      headers: { 'idempotency-key': key },
    })
    expect(theirs.status).toBe(201)
    expect(theirs.headers['idempotency-replayed']).toBeUndefined()
    expect(theirs.body.id).not.toBe(ours.body.id)
  })

  test('works at instance level too', async () => {
    const request = {
      method: 'POST',
      url: '/v1/workspaces',
      key: api.adminKey,
      workspace: null,
      body: { name: 'Once' },
      headers: { 'idempotency-key': newKey() },
    } as const
    const first = await api.call(request)
    const again = await api.call(request)
    expect(again.body).toEqual(first.body)
    expect(again.headers['idempotency-replayed']).toBe('true')
  })
})

/** What a repetition shows of a response of this route. */
function shownAgain(name: RouteName, response: object): object {
  const { reveals = [] }: Route = ROUTES[name]
  return Object.fromEntries(Object.entries(response).filter(([member]) => !reveals.includes(member)))
}
