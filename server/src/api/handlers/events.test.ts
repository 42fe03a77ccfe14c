// Publishing through the API, and what a receiver gets of it.
// Must never parse where bytes are compared.
import { BUILT_IN_EVENT_TYPES } from '@timbre/contract/catalogue.ts'
import { formatId } from '@timbre/contract/ids.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'
import { startReceiver, type TestReceiver } from '../testing/test-receiver.ts'

let api: ApiUnderTest
let receiver: TestReceiver
let webhookId: string

beforeAll(async () => {
  receiver = await startReceiver()
  api = await startApi({ allowHttpLoopback: true, refuseTarget: () => undefined })
  webhookId = (await post('/v1/webhooks', { url: receiver.url, headers: { 'X-Own': 'yes' } })).body.id
  await post(`/v1/webhooks/${webhookId}/subscriptions`, { eventKey: 'call.completed' })
})
afterAll(async () => {
  await api.stop()
  await receiver.stop()
})

const post = (url: string, body: unknown, headers = {}) => api.call({ method: 'POST', url, body, headers })

/** Every trap of a second serialisation: big integers, key order, escapes, spaces, floats. */
const LOSSLESS =
  '{ "call_id" : "c-1",\n "big":12345678901234567890123, "10":1, "2":2, "z":1.10, "e":1E400, "é":"\\u00e9 \\/ 😀 \\ud83d\\ude00", "__proto__":{"a":1}, "nested":{"data":{"data":[]}}, "list":[ ] , "minus":-0 }'

describe('data', () => {
  test.each([
    ['{"call_id":"a","amount":1000000,"amount":1}', '/data/amount'],
    ['{"call_id":"a","call_id":"b"}', '/data/call_id'],
    ['{"call_id":"a","c\\u0061ll_id":"a"}', '/data/call_id'],
    ['{"call_id":"a","list":[{},[{"x":{"a/b~":1,"y":[],"a/b~":1}}]]}', '/data/list/1/0/x/a~1b~0'],
    ['{"call_id":"a","":0,"":0}', '/data/'],
    ['{"call_id":"a","__proto__":1,"__proto__":1}', '/data/__proto__'],
  ])('that has a member twice is refused, alone and in a batch: %s', async (data, path) => {
    const before = api.dump()
    const one = await post('/v1/events', `{"type":"call.completed","data":${data}}`)
    expect(one).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT', details: { issues: [{ path }] } } })
    const good = '{"type":"call.completed","data":{"call_id":"a"}}'
    const batch = `{"events":[${good},${good},{"type":"call.completed","data":${data}}]}`
    const many = await post('/v1/events/batch', batch)
    expect(many.body.details.issues[0].path).toBe(`/events/2${path}`)
    expect((await post('/v1/events', one.text, { 'accept-language': 'es' })).status).toBe(400)
    expect(api.dump()).toBe(before)
  })

  test('that has one name in several objects, or as a text, is fine', async () => {
    const data = '{"call_id":"a","x":{"call_id":"b"},"y":[{"a":1},{"a":1}],"z":"{\\"a\\":1,\\"a\\":1}","w":"a:b:c"}'
    expect((await post('/v1/events', `{"type":"call.completed","data":${data}}`)).status).toBe(202)
  })

  test('has the names that its text spells, whatever V8 has read before (nodejs/node#63785)', async () => {
    const publish = (data: string) => post('/v1/events', `{"type":"call.completed","data":${data}}`)
    expect((await publish('{"x":{},"c\\\\u0061ll":1,"call_id":"a"}')).status).toBe(202)
    // V8 alone takes the second name for `c\\u0061ll`, and there is no call_id.
    const { id } = (await publish('{"x":{},"c\\u0061ll_id":"b"}')).body
    expect((await api.call({ url: `/v1/events/${id}` })).body.callId).toBe('b')
    const twice = await publish('{"x":{},"c\\u0061ll_id":"b","call_id":"a"}')
    expect(twice.body.details.issues[0].path).toBe('/data/call_id')
  })

  test('is not the only place: any body with a member twice is refused', async () => {
    const twice = await post('/v1/webhooks', '{"url":"https://a.invalid/","url":"https://b.invalid/"}')
    expect(twice).toMatchObject({ status: 400, body: { details: { issues: [{ path: '/url' }] } } })
    const body = '{"key":"own.dup","schema":{"type":"object","type":"string"}}'
    expect((await post('/v1/event-types', body)).body.details.issues[0].path).toBe('/schema/type')
  })

  test('reaches the receiver and later readers byte for byte', async () => {
    const accepted = await post('/v1/events', `{"type":"call.completed", "d\\u0061ta" :${LOSSLESS} }`)
    expect(accepted).toMatchObject({
      status: 202,
      body: { duplicate: false, deliveryCount: 1, type: 'call.completed' },
    })
    const { id, createdAt } = accepted.body
    await until(() => receiver.received.some((request) => request.headers['webhook-id'] === id))
    const got = receiver.received.find((request) => request.headers['webhook-id'] === id)
    const envelope = `{"id":"${id}","type":"call.completed","created_at":"${createdAt}","data":${LOSSLESS}}`
    expect(got?.body).toBe(envelope)
    const shown = await api.call({ url: `/v1/events/${id}` })
    expect(shown.text).toContain(`"data":${LOSSLESS}}`)
    expect(shown.body).toMatchObject({ callId: 'c-1', agentId: null, deliveryCount: 1 })
    const delivery = await ended(shown.body.deliveries[0].id)
    expect(delivery.text).toContain(`"requestBody":${envelope}}`)
    expect(delivery.body).toMatchObject({ status: 'success', responseStatus: 200, responseBody: 'thanks', attempts: 1 })
    expect(delivery.body.requestHeaders['x-supervisor-event']).toBe('call.completed')
  })

  test('reaches them so in a batch too', async () => {
    const text = `{ "events" : [ {"type":"call.completed","data":${LOSSLESS}} ,{"data":{"call_id":"],}\\"{"},"type":"call.completed"}\n] }`
    const accepted = await post('/v1/events/batch', text)
    expect(accepted.status).toBe(202)
    const [first, second] = accepted.body.data
    expect((await api.call({ url: `/v1/events/${first.id}` })).text).toContain(`"data":${LOSSLESS}}`)
    expect((await api.call({ url: `/v1/events/${second.id}` })).body.data).toEqual({ call_id: '],}"{' })
  })

  test.each(
    BUILT_IN_EVENT_TYPES.filter((type) => !/^(webhook|delivery)\./.test(type.key)).map(
      (type) => [type.key, type] as const,
    ),
  )('of %s is validated by its schema', async (key, type) => {
    expect((await post('/v1/events', { type: key, data: type.example })).status).toBe(202)
    const [field] = Object.keys(type.example)
    const wrong = await post('/v1/events', { type: key, data: { ...type.example, [String(field)]: [] } })
    expect(wrong).toMatchObject({ status: 400, body: { code: 'INVALID_EVENT_DATA', details: { key } } })
    const isRequired = (type.schema['required'] as string[]).includes(String(field)) // made by dataSchema
    const message = isRequired ? 'must be a string' : 'must be a string or null'
    expect(wrong.body.details.issues[0]).toEqual({ path: `/data/${field}`, message })
  })

  test('names every wrong and missing field, in the language of the caller', async () => {
    const body = { type: 'call.status.updated', data: { call_status: 'strange', duration_ms: -1 } }
    const english = await post('/v1/events', body)
    expect(english.body.details.issues).toEqual([
      { path: '/data/call_id', message: 'is missing' },
      {
        path: '/data/call_status',
        message: 'must be one of: registered, not_connected, ongoing, ended, error',
      },
      { path: '/data/duration_ms', message: 'must be at least 0' },
    ])
    const spanish = await post('/v1/events', body, { 'accept-language': 'es-MX, en;q=0.5' })
    expect(spanish.body.message).toBe(
      '/data/call_id falta (y 2 más). GET /v1/event-types/call.status.updated muestra el esquema de call.status.updated y un ejemplo.',
    )
    expect(spanish.body.details.issues[0]).toEqual({
      path: '/data/call_id',
      message: 'falta',
    })
  })

  test('nests as deep as the contract says, alone and in a batch, and no deeper', async () => {
    const deep = (depth: number) => `{"call_id":"c","a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
    const publish = (data: string) => post('/v1/events', `{"type":"call.completed","data":${data}}`)
    const batch = (data: string) => post('/v1/events/batch', `{"events":[{"type":"call.completed","data":${data}}]}`)
    expect((await publish(deep(64))).status).toBe(202)
    expect((await batch(deep(64))).status).toBe(202)
    expect((await batch(deep(65))).status).toBe(400)
  })

  test('may have 256 KiB in a batch and no byte more, and the refusal names the index', async () => {
    const ofBytes = (bytes: number) => ({ call_id: 'c', x: 'é'.repeat((bytes - 22) / 2) })
    expect(Buffer.byteLength(JSON.stringify(ofBytes(256 * 1024)))).toBe(256 * 1024)
    const item = (bytes: number) => ({ type: 'call.completed', data: ofBytes(bytes) })
    expect((await post('/v1/events/batch', { events: [item(1024), item(256 * 1024)] })).status).toBe(202)
    const response = await post('/v1/events/batch', { events: [item(1024), item(256 * 1024 + 2)] })
    expect(response).toMatchObject({
      status: 413,
      body: { code: 'BODY_TOO_LARGE', details: { index: 1, path: '/events/1/data' } },
    })
  })
})

describe('an event', () => {
  test('is accepted once under its id, whatever spelling it has', async () => {
    const id = '01990F2E-5400-7b31-9c4d-2f6a8e1b0c3d'
    const first = await post('/v1/events', { id, type: 'call.completed', data: { call_id: 'once' } })
    expect(first.body).toMatchObject({ id: formatId('event', id.toLowerCase()), duplicate: false })
    const again = await post('/v1/events', { id: first.body.id, type: 'call.completed', data: { call_id: 'once' } })
    expect(again.body).toEqual({ ...first.body, duplicate: true })
    expect((await api.call({ url: `/v1/events/${id}` })).body.data).toEqual({ call_id: 'once' })
  })

  test.each([
    ['data', { data: { call_id: 'other' } }],
    ['type', { type: 'call.completed' }],
  ])(
    'under an id that is of one with another %s is refused with 409, and nothing of it is stored',
    async (_, other) => {
      const event = { id: 'evt_taken', type: 'tool.invoked', data: { call_id: 'first' } }
      expect((await post('/v1/events', event)).status).toBe(202)
      const counted = () => [api.counts()['events'], api.counts()['deliveries']]
      const before = counted()
      const response = await post('/v1/events', { ...event, ...other })
      expect(response).toMatchObject({ status: 409, body: { code: 'EVENT_ID_REUSED', details: { id: 'evt_taken' } } })
      const fresh = { type: 'tool.invoked', data: { call_id: 'fresh' } }
      const batch = await post('/v1/events/batch', { events: [fresh, { ...event, ...other }] })
      expect(batch).toMatchObject({
        status: 409,
        body: { code: 'EVENT_ID_REUSED', details: { id: 'evt_taken', index: 1 } },
      })
      expect(counted()).toEqual(before)
      expect((await post('/v1/events', event)).body).toMatchObject({ duplicate: true })
    },
  )

  test.each(['evt_01J7W8A4XK0N5Y6Z7Q8P', 'evt_01h455vb4pex5vsknk084sn02q'])(
    'keeps its id as it was written: %s',
    async (id) => {
      expect((await post('/v1/events', { id, type: 'call.completed', data: { call_id: 'c' } })).body.id).toBe(id)
      expect((await api.call({ url: `/v1/events/${id}` })).body.id).toBe(id)
    },
  )

  test('carries the time it is given, in UTC with milliseconds', async () => {
    const body = { type: 'call.completed', data: { call_id: 'c' }, createdAt: '2025-08-19T18:00:00+02:00' }
    const accepted = (await post('/v1/events', body)).body
    expect(accepted.createdAt).toBe('2025-08-19T16:00:00.000Z')
    for (const createdAt of [
      '2025-02-30T00:00:00Z',
      '2016-12-31T23:59:60Z',
      '1969-12-31T23:59:59Z',
      '2025-08-19',
      'now',
    ]) {
      const response = await post('/v1/events', { ...body, createdAt })
      expect(response).toMatchObject({ status: 400, body: { details: { issues: [{ path: '/createdAt' }] } } })
    }
  })

  test('belongs to the agent of its field, else to that of its data', async () => {
    const agent = '3c90c3cc-0d44-4b50-8888-8dd25736052a'
    const other = '3c90c3cc-0d44-4b50-8888-8dd25736052b'
    const agentOf = async (body: object) => {
      const { id } = (await post('/v1/events', { type: 'call.completed', ...body })).body
      return (await api.call({ url: `/v1/events/${id}` })).body.agentId
    }
    expect(await agentOf({ agentId: agent, data: { call_id: 'c', agent_id: other } })).toBe(agent)
    expect(await agentOf({ data: { call_id: 'c', agent_id: other.toUpperCase() } })).toBe(other)
    expect(await agentOf({ data: { call_id: 'c', agent_id: 'oBeDLoLOeuAbiuaMFXRtDOLriTJ5tSxD' } })).toBeNull()
    expect(await agentOf({ agentId: null, data: { call_id: 'c', agent_id: other } })).toBeNull()
  })

  test('of an unknown type, or of one that only the service publishes, is refused', async () => {
    const unknown = await post('/v1/events', { type: 'call.nonsense', data: {} })
    expect(unknown).toMatchObject({
      status: 400,
      body: { code: 'UNKNOWN_EVENT_TYPE', details: { key: 'call.nonsense' } },
    })
    const reserved = await post('/v1/events', { type: 'webhook.disabled', data: {} })
    expect(reserved).toMatchObject({ status: 409, body: { code: 'EVENT_TYPE_RESERVED' } })
    expect((await post('/v1/events', { type: 'constructor', data: {} })).body.code).toBe('UNKNOWN_EVENT_TYPE')
  })
})

describe('a batch', () => {
  const good = { type: 'call.completed', data: { call_id: 'c' } }

  test.each([
    ['wrong data', { type: 'call.completed', data: {} }, 'INVALID_EVENT_DATA', 400],
    ['an unknown type', { type: 'call.nonsense', data: {} }, 'UNKNOWN_EVENT_TYPE', 400],
    ['a reserved type', { type: 'delivery.exhausted', data: {} }, 'EVENT_TYPE_RESERVED', 409],
    ['an unknown field', { ...good, colour: 1 }, 'INVALID_INPUT', 400],
    ['no real time', { ...good, createdAt: '2016-12-31T23:59:60Z' }, 'INVALID_INPUT', 400],
  ])('with %s in one item is refused as a whole and the index is named', async (_, bad, code, status) => {
    const before = api.counts()
    const response = await post('/v1/events/batch', { events: [good, good, good, bad, good] })
    expect(response).toMatchObject({ status, body: { code } })
    const { path, issues } = response.body.details
    expect(issues?.[0]?.path ?? path).toMatch(/^\/events\/3\//)
    expect(api.counts()).toMatchObject({ events: before['events'], deliveries: before['deliveries'] })
  })

  test('of a thousand events is accepted, and of one more refused', async () => {
    const events = Array.from({ length: 1000 }, (_, index) => ({
      type: 'tool.invoked',
      data: { call_id: `b${index}` },
    }))
    const response = await post('/v1/events/batch', { events })
    expect(response.status).toBe(202)
    expect(new Set(response.body.data.map((event: { id: string }) => event.id)).size).toBe(1000)
    expect((await post('/v1/events/batch', { events: [...events, good] })).body.details.issues[0].path).toBe('/events')
  })

  test('that names one id twice has the second as a duplicate', async () => {
    const twice = { ...good, id: 'evt_twice' }
    const { data } = (await post('/v1/events/batch', { events: [twice, good, twice] })).body
    expect(data.map((event: { duplicate: boolean }) => event.duplicate)).toEqual([false, false, true])
  })
})

describe('history', () => {
  test('is paged by cursors that stay stable while events are added', async () => {
    const as = { key: api.theirs.key, workspace: api.theirs.id }
    const publish = (call: string) =>
      api.call({ ...as, method: 'POST', url: '/v1/events', body: { type: 'tool.invoked', data: { call_id: call } } })
    for (let count = 0; count < 7; count++) await publish(`p${count}`)
    const calls: string[] = []
    let url = '/v1/events?limit=3'
    for (let pages = 0; pages < 5; pages++) {
      const page = (await api.call({ ...as, url })).body
      calls.push(...page.data.map((event: { callId: string }) => event.callId))
      await publish('late')
      if (!page.meta.hasNext) break
      url = `/v1/events?limit=3&after=${page.meta.nextCursor}`
    }
    expect(calls).toEqual(['p6', 'p5', 'p4', 'p3', 'p2', 'p1', 'p0'])
    expect((await api.call({ ...as, url: '/v1/events?callId=p3' })).body.data).toHaveLength(1)
    expect((await api.call({ ...as, url: '/v1/events?type=call.error' })).body.data).toEqual([])
    expect((await api.call({ ...as, url: '/v1/events?until=2020-01-01T00:00:00Z' })).body.data).toEqual([])
    expect((await api.call({ ...as, url: '/v1/events?since=2020-01-01T00:00:00Z&limit=1' })).body.data).toHaveLength(1)
  })

  test('has cursors that say nothing, and are those of their own workspace', async () => {
    const { nextCursor } = (await api.call({ url: '/v1/events?limit=1' })).body.meta
    expect(nextCursor).toMatch(/^[A-Za-z0-9_-]{32}$/)
    expect((await api.call({ url: '/v1/events?limit=1' })).body.meta.nextCursor).toBe(nextCursor)
    const theirs = { key: api.theirs.key, workspace: api.theirs.id, url: `/v1/events?after=${nextCursor}` }
    expect(await api.call(theirs)).toMatchObject({ status: 400, body: { code: 'INVALID_CURSOR' } })
    expect((await api.call({ url: `/v1/events?after=${nextCursor}`, key: api.adminKey })).status).toBe(200)
  })

  test('refuses a cursor that another list made, or that was changed', async () => {
    const { nextCursor } = (await api.call({ url: '/v1/events?limit=1' })).body.meta
    for (const url of [
      `/v1/events?after=${Buffer.from('events:4').toString('base64url')}`,
      `/v1/deliveries?after=${nextCursor}`,
      `/v1/events?after=${nextCursor}A`,
      '/v1/events?after=MQ',
      '/v1/events?after=',
    ]) {
      expect(await api.call({ url })).toMatchObject({ status: 400, body: { code: 'INVALID_CURSOR' } })
    }
  })
})

describe('a delivery', () => {
  test('is listed by filters, retried manually, and shows each attempt', async () => {
    const { id } = (await post('/v1/events', { type: 'call.completed', data: { call_id: 'retry' } })).body
    const [{ id: deliveryId }] = (await api.call({ url: `/v1/deliveries?eventId=${id}` })).body.data
    await ended(deliveryId)
    const url = `/v1/webhooks/${webhookId}/deliveries/${deliveryId}`
    const retried = await api.call({ method: 'POST', url: `${url}/retry` })
    expect(retried).toMatchObject({ status: 202, body: { id: deliveryId, eventId: id } })
    await until(async () => (await api.call({ url })).body.attempts === 2)
    const attempts = (await api.call({ url: `${url}/attempts` })).body
    expect(attempts.data.map((attempt: object) => attempt)).toMatchObject([
      { number: 2, trigger: 'manual', outcome: 'answered', responseStatus: 200, responseBody: 'thanks' },
      { number: 1, trigger: 'automatic', outcome: 'answered' },
    ])
    expect(attempts.data[0].responseHeaders['x-answer']).toBe('yes')
    const page = (await api.call({ url: `${url}/attempts?limit=1` })).body
    expect(page.meta.hasNext).toBe(true)
    expect((await api.call({ url: `${url}/attempts?limit=1&after=${page.meta.nextCursor}` })).body.data[0].number).toBe(
      1,
    )
    expect(
      (await api.call({ url: `/v1/webhooks/${webhookId}/deliveries?status=success&eventId=${id}` })).body.data,
    ).toHaveLength(1)
    expect(
      (await api.call({ url: `/v1/webhooks/${webhookId}/deliveries?status=failed&eventId=${id}` })).body.data,
    ).toEqual([])
  })

  test('of an inactive webhook cannot be retried', async () => {
    const { data } = (await api.call({ url: `/v1/deliveries?webhookId=${webhookId}&status=success` })).body
    await api.call({ method: 'PATCH', url: `/v1/webhooks/${webhookId}`, body: { isActive: false } })
    const response = await post(`/v1/webhooks/${webhookId}/deliveries/${data[0].id}/retry`, {})
    expect(response).toMatchObject({ status: 409, body: { code: 'WEBHOOK_INACTIVE' } })
    await api.call({ method: 'PATCH', url: `/v1/webhooks/${webhookId}`, body: { isActive: true } })
  })
})

describe('a test send', () => {
  test('delivers the example now, also of a type without subscription, on a webhook that is off', async () => {
    await api.call({ method: 'PATCH', url: `/v1/webhooks/${webhookId}`, body: { isActive: false } })
    const response = await post(`/v1/webhooks/${webhookId}/test`, { eventKey: 'call.error' })
    await api.call({ method: 'PATCH', url: `/v1/webhooks/${webhookId}`, body: { isActive: true } })
    expect(response).toMatchObject({ status: 200, body: { delivered: true, attempt: { trigger: 'test', number: 1 } } })
    const got = receiver.received.find((request) => request.headers['webhook-id'] === response.body.eventId)
    expect(JSON.parse(got?.body ?? '')).toMatchObject({ type: 'call.error', data: { error_code: expect.any(String) } })
    expect(got?.headers['x-own']).toBe('yes')
  })

  test('tells what went wrong', async () => {
    receiver.status = 503
    const response = await post(`/v1/webhooks/${webhookId}/test`, { eventKey: 'call.error' })
    receiver.status = 200
    expect(response).toMatchObject({ status: 200, body: { delivered: false, attempt: { responseStatus: 503 } } })
    const unknown = await post(`/v1/webhooks/${webhookId}/test`, { eventKey: 'no.such' })
    expect(unknown.body.code).toBe('UNKNOWN_EVENT_TYPE')
  })
})

test('nothing above was a fault of ours', () => {
  expect(api.logged()).not.toContain('a request failed')
})

async function ended(deliveryId: string) {
  const url = `/v1/webhooks/${webhookId}/deliveries/${deliveryId}`
  await until(async () => ['success', 'failed'].includes((await api.call({ url })).body.status))
  return api.call({ url })
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error('it did not happen within 20 s')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
