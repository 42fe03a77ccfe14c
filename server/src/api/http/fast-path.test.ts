// The fast path of publish requests: that nobody can tell it from the framework's, and what it leaves to the framework.
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { EVENT_BODY_BYTES_MAX } from '@timbre/contract/event.ts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ApiUnderTest, startApi, type TestCall } from '../testing/test-api.ts'
import { FastPath, type FastPathDependencies } from './fast-path.ts'

const DATA = '{"call_id":"c1","big":9007199254740993,"é":"\\ud83d\\ude00"}'
const EVENT = `{"type":"tool.invoked","createdAt":"2026-01-01T00:00:00.000Z","id":"evt_ID","data":${DATA}}`
const LONG = `{"type":"tool.invoked","data":{"call_id":"c1","text":"${'x'.repeat(EVENT_BODY_BYTES_MAX)}"}}`

/** Every kind of response that there is at the two routes. */
const REQUESTS: readonly [name: string, status: number, request: Partial<TestCall>][] = [
  ['an event', 202, { body: EVENT }],
  ['an event that came before', 202, { body: EVENT.replace('_ID', '_TWICE') }],
  ['a batch', 202, { url: '/v1/events/batch', body: `{"events":[${EVENT}]}` }],
  ['another spelling of the media type', 202, { body: EVENT, headers: { 'content-type': 'APPLICATION/json' } }],
  ['an Idempotency-Key', 202, { body: EVENT, headers: { 'idempotency-key': 'key-ID' } }],
  ['an Idempotency-Key again', 202, { body: EVENT.replace('_ID', '_K'), headers: { 'idempotency-key': 'again' } }],
  ['an Idempotency-Key with another body', 409, { body: EVENT, headers: { 'idempotency-key': 'taken' } }],
  ['an Idempotency-Key that is none', 400, { body: EVENT, headers: { 'idempotency-key': ' ' } }],
  ['no key', 401, { key: null, body: EVENT }],
  ['a wrong key', 401, { key: 'sk_live_wrong', body: EVENT }],
  ['two keys', 401, { body: EVENT, headers: { 'x-api-key': 'sk_live_other' } }],
  ['no workspace', 400, { workspace: null, body: EVENT }],
  ['another workspace', 403, { workspace: '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d', body: EVENT }],
  ['broken JSON', 400, { body: '{"type":' }],
  ['what is not UTF-8', 400, { body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]) }],
  ['an unknown field', 400, { body: '{"type":"tool.invoked","data":{},"dat":1}' }],
  ['an unknown type, in Spanish', 400, { body: '{"type":"no.such","data":{}}', headers: { 'accept-language': 'es' } }],
  ['data that is wrong', 400, { body: '{"type":"call.status.updated","data":{"call_id":1}}' }],
  ['half a surrogate pair', 400, { body: '{"type":"tool.invoked","data":{"a":"\\ud800"}}' }],
  ['no body', 400, { body: '' }],
  ['a body that is too long', 413, { body: LONG }],
  ['another media type', 415, { body: EVENT, headers: { 'content-type': 'text/plain' } }],
  ['another charset', 415, { body: EVENT, headers: { 'content-type': 'application/json; charset=latin1' } }],
  ['a query', 400, { url: '/v1/events?a=b', body: EVENT }],
]

describe('a publish request by a connection', () => {
  let api: ApiUnderTest
  const publish = { method: 'POST', url: '/v1/events' } as const
  const first = [
    { body: EVENT.replace('_ID', '_TWICE') },
    { body: EVENT.replace('_ID', '_K'), headers: { 'idempotency-key': 'again' } },
    { body: EVENT.replace('_ID', '_T'), headers: { 'idempotency-key': 'taken' } },
  ]

  beforeAll(async () => {
    api = await startApi()
    for (const request of first) expect((await api.call({ ...publish, ...request })).status).toBe(202)
  })
  afterAll(() => api.stop())

  test.each(REQUESTS)('(%s) gets the response of the framework to the last byte', async (_, status, request) => {
    const ask = async (way: 'call' | 'send', id: string) => {
      const { body } = request
      const headers: Record<string, string> = { 'x-request-id': 'the-same', ...request.headers }
      if (headers['idempotency-key'] === 'key-ID') headers['idempotency-key'] = `key-${id}`
      const named = typeof body === 'string' ? body.replace('evt_ID', `evt_${id}`) : body
      const response = await api[way]({ ...publish, ...request, headers, body: named })
      // After a body that it cannot read the framework closes the connection; here it has been read to its end.
      const { date, connection, 'keep-alive': keepAlive, ...kept } = response.headers
      return { status: response.status, headers: kept, text: response.text.replace(`evt_${id}`, 'evt_ID') }
    }
    const made = `${REQUESTS.findIndex(([name]) => name === _)}`
    const response = await ask('send', `s${made}`)
    expect(response).toEqual(await ask('call', `c${made}`))
    expect(response.status).toBe(status)
  })

  test('stores the same event', async () => {
    const stored = []
    for (const [way, id] of [
      ['call', 'evt_framework'],
      ['send', 'evt_shortway'],
    ] as const) {
      await api[way]({ ...publish, body: EVENT.replace('evt_ID', id) })
      stored.push((await api.call({ url: `/v1/events/${id}` })).text.replace(id, ''))
    }
    expect(stored[0]).toBe(stored[1])
    expect(stored[1]).toContain(`"data":${DATA}`)
  })
})

describe('on one connection', () => {
  let api: ApiUnderTest
  beforeEach(async () => {
    api = await startApi()
    await api.app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterEach(() => api.stop())

  test('a body comes in any pieces, and a refused one is no part of the next request', async () => {
    const socket = connect((api.app.server.address() as AddressInfo).port, '127.0.0.1') // a TCP server has one
    let text = ''
    socket.on('data', (chunk) => {
      text += String(chunk)
    })
    const head = (key: string) =>
      `POST /v1/events HTTP/1.1\r\nhost: x\r\nx-api-key: ${key}\r\nx-workspace-id: ${api.ours.id}\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(EVENT)}\r\n\r\n`
    const bytes = Buffer.from(head('sk_live_wrong') + EVENT + head(api.ours.key) + EVENT)
    for (let at = 0; at < bytes.length; at += 97) {
      socket.write(bytes.subarray(at, at + 97))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await expect.poll(() => text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 202'])
    socket.destroy()
  })
})

test('a fault is a 500 without internals, and a request that was begun before the close is answered', async () => {
  let fail: ((error: Error) => void) | undefined
  const never = () => Promise.reject(new Error('nothing was to come so far'))
  const engine = {
    admit: () => undefined,
    accept: () =>
      new Promise<never>((_, reject) => {
        fail = reject
      }),
    sendExample: never,
    eraseCall: never,
    webhookChanged() {},
    webhookDeleted() {},
    wake() {},
    pulls: { pull: never, record: never, extend: never },
  }
  const readiness: { state: 'ok' | 'stopping' } = { state: 'ok' }
  const api = await startApi({ engine, readiness })
  const sending = api.send({ method: 'POST', url: '/v1/events', body: EVENT, headers: { 'x-request-id': 'find-me' } })
  await expect.poll(() => fail).toBeDefined()
  readiness.state = 'stopping'
  const stopped = api.stop()
  await new Promise((resolve) => setImmediate(resolve))
  fail?.(new Error('secret internals'))
  const response = await sending
  await stopped
  expect(response).toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR', details: {} } })
  expect(response.headers).toMatchObject({ 'x-request-id': 'find-me', connection: 'close' })
  expect(api.logged()).toMatch(/find-me.*secret internals|secret internals.*find-me/)
})

describe('the fast path takes', () => {
  const ordinary = { method: 'POST', url: '/v1/events' }
  const headers = { 'content-type': 'application/json', 'content-length': '2' }
  const takes = (request: object, { state = 'ok' } = {}) => {
    const never = { doorkeeper: { admit: () => new Promise(() => {}) } }
    const dependencies = {
      api: { readiness: { state } },
      door: never,
      handlers: {},
    }
    const way = new FastPath(dependencies as unknown as FastPathDependencies) // what is asked before the first wait
    return way.take({ ...ordinary, headers: { ...headers, 'x-request-id': 'x' }, ...request } as never, {} as never)
  }

  test('an ordinary request at either route', () => {
    expect(takes({})).toBe(true)
    expect(takes({ url: '/v1/events/batch' })).toBe(true)
  })

  test.each([
    ['another method', { method: 'GET' }],
    ['another path', { url: '/v1/events/' }],
    ['a query', { url: '/v1/events?' }],
    ['no body', { headers: { ...headers, 'content-length': '0' } }],
    ['a body of unknown length', { headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' } }],
    ['a body that is too long', { headers: { ...headers, 'content-length': String(EVENT_BODY_BYTES_MAX + 1) } }],
    ['another media type', { headers: { ...headers, 'content-type': 'text/plain' } }],
  ])('no request with %s', (_, request) => {
    expect(takes(request)).toBe(false)
  })

  test('nothing while the service starts or stops', () => {
    expect(takes({}, { state: 'starting' })).toBe(false)
    expect(takes({}, { state: 'stopping' })).toBe(false)
  })
})
