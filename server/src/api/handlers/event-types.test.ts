// A workspace's own event types, through the API.
// Must never need a receiver.
import { BUILT_IN_EVENT_TYPES } from '@timbre/contract/catalogue.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'

let api: ApiUnderTest

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const create = (body: object) => api.call({ method: 'POST', url: '/v1/event-types', body })
const change = (key: string, body: object) => api.call({ method: 'PATCH', url: `/v1/event-types/${key}`, body })
const publish = (type: string, data: object) => api.call({ method: 'POST', url: '/v1/events', body: { type, data } })

const SCHEMA = {
  type: 'object',
  required: ['order'],
  properties: { order: { type: 'string', pattern: '^[A-Z]{2}-\\d+$' } },
}

describe('the catalogue', () => {
  test('lists the built-in types first, then the own ones, in pages', async () => {
    await create({ key: 'aaa.listed' })
    const total = BUILT_IN_EVENT_TYPES.length + 1
    const page = (await api.call({ url: `/v1/event-types?limit=10&page=${Math.ceil(total / 10)}` })).body
    expect(page.meta).toMatchObject({ total, hasNext: false, hasPrevious: true })
    expect(page.data.at(-1)).toMatchObject({ key: 'aaa.listed', isBuiltIn: false })
    const first = (await api.call({ url: '/v1/event-types?limit=1' })).body.data[0]
    expect(first).toEqual({
      ...BUILT_IN_EVENT_TYPES[0],
      isBuiltIn: true,
      isDeprecated: false,
      createdAt: null,
      updatedAt: null,
    })
  })

  test('of one workspace has no type of another', async () => {
    await create({ key: 'own.secret' })
    const theirs = { key: api.theirs.key, workspace: api.theirs.id }
    expect((await api.call({ ...theirs, url: '/v1/event-types/own.secret' })).body.code).toBe('EVENT_TYPE_NOT_FOUND')
    const body = { type: 'own.secret', data: {} }
    expect((await publish('own.secret', {})).status).toBe(202)
    expect((await api.call({ ...theirs, method: 'POST', url: '/v1/events', body })).body.code).toBe(
      'UNKNOWN_EVENT_TYPE',
    )
  })
})

describe('an own type', () => {
  test('keeps the names that its text spells, whatever V8 has read before (nodejs/node#63785)', async () => {
    const documentOf = (name: string) => ({ x: {}, [name]: { const: 1 } })
    const [backslash, lineBreak] = ['\\', '\n'].map((name) => JSON.stringify(documentOf(name)))
    const post = (key: string, names: string) =>
      api.call({
        method: 'POST',
        url: '/v1/event-types',
        headers: { 'idempotency-key': key },
        body: `{"key":"${key}","schema":{"properties":${names}},"example":{"y":${names}}}`,
      })
    const get = (key: string) => api.call({ url: `/v1/event-types/${key}` })
    await post('own.backslash', backslash ?? '')
    await get('own.backslash')
    await post('own.linebreak', lineBreak ?? '')
    // Made, made again, and read from the store.
    for (const { text } of [await post('own.linebreak', lineBreak ?? ''), await get('own.linebreak')]) {
      expect(text).toContain(`"properties":${lineBreak}`)
      expect(text).toContain(`"y":${lineBreak}`)
    }
    expect((await publish('own.linebreak', { '\n': 2, '\\': 1 })).status).toBe(400)
    expect((await publish('own.linebreak', { '\n': 1, '\\': 2 })).status).toBe(202)
  })

  test('validates events from the moment it is there, changed, and gone', async () => {
    const key = 'own.order'
    expect((await publish(key, { order: 'AB-1' })).body.code).toBe('UNKNOWN_EVENT_TYPE')
    const made = await create({ key, title: 'Order', schema: SCHEMA, example: { order: 'AB-1' } })
    expect(made).toMatchObject({
      status: 201,
      body: { key, title: 'Order', description: '', schema: SCHEMA, isDeprecated: false },
    })
    expect((await publish(key, { order: 'AB-1', more: true })).status).toBe(202)
    expect((await publish(key, { order: 'nonsense' })).body.details.issues[0].path).toBe('/data/order')
    expect((await publish(key, {})).body.details.issues[0].path).toBe('/data/order')
    expect((await change(key, { schema: { type: 'object' }, isDeprecated: true })).body).toMatchObject({
      isDeprecated: true,
    })
    expect((await publish(key, { order: 'nonsense' })).status).toBe(202)
    expect((await api.call({ method: 'DELETE', url: `/v1/event-types/${key}` })).status).toBe(204)
    expect((await publish(key, { order: 'AB-1' })).body.code).toBe('UNKNOWN_EVENT_TYPE')
  })

  test('needs an example that its schema accepts', async () => {
    const wrong = await create({ key: 'own.example', schema: SCHEMA, example: { order: 'no' } })
    expect(wrong).toMatchObject({ status: 400, body: { details: { issues: [{ path: '/example/order' }] } } })
    expect((await create({ key: 'own.example', schema: SCHEMA })).status).toBe(201)
    expect((await change('own.example', { example: {} })).status).toBe(200)
    expect((await change('own.example', { example: { order: 'AB-2' } })).status).toBe(200)
    const stricter = { ...SCHEMA, required: ['order', 'more'] }
    expect((await change('own.example', { schema: stricter })).body.details.issues[0].path).toBe('/example/more')
  })

  test('with a schema that cannot be used is refused, with the place', async () => {
    const response = await create({ key: 'own.broken', schema: { properties: { a: { type: 'strange' } } } })
    expect(response).toMatchObject({ status: 400, body: { code: 'INVALID_EVENT_TYPE_SCHEMA' } })
    expect(response.body.details.issues[0].path).toBe('/schema/properties/a/type')
    const spanish = await api.call({
      method: 'POST',
      url: '/v1/event-types',
      body: { key: 'own.broken', schema: { $ref: 'http://x/y' } },
      headers: { 'accept-language': 'es' },
    })
    expect(spanish.body.message).toContain('$ref solo puede nombrar un esquema del mismo documento')
    expect(spanish.body.details).toEqual({
      reason: 'reference',
      issues: [{ path: '/schema/$ref', message: 'debe nombrar un esquema de este documento, como #/$defs/name' }],
    })
  })

  test('cannot take the place of a built-in one, nor be made twice', async () => {
    expect((await create({ key: 'call.error' })).body.code).toBe('EVENT_TYPE_BUILT_IN')
    expect((await change('call.error', { title: 'Mine' })).body.code).toBe('EVENT_TYPE_BUILT_IN')
    expect((await api.call({ method: 'DELETE', url: '/v1/event-types/call.error' })).body.code).toBe(
      'EVENT_TYPE_BUILT_IN',
    )
    expect((await create({ key: 'own.twice' })).status).toBe(201)
    expect((await create({ key: 'own.twice' })).body.code).toBe('EVENT_TYPE_EXISTS')
  })

  test('that is subscribed to cannot be deleted', async () => {
    await create({ key: 'own.used' })
    const webhook = await api.call({ method: 'POST', url: '/v1/webhooks', body: { url: 'https://receiver.invalid/' } })
    const url = `/v1/webhooks/${webhook.body.id}/subscriptions`
    expect((await api.call({ method: 'POST', url, body: { eventKey: 'own.used' } })).status).toBe(201)
    const response = await api.call({ method: 'DELETE', url: '/v1/event-types/own.used' })
    expect(response).toMatchObject({ status: 409, body: { code: 'EVENT_TYPE_IN_USE', details: { count: 1 } } })
    expect(response.body.message).toContain('1 subscriptions')
  })

  test('may have names that objects have already, in its key, its schema and its data', async () => {
    const text =
      '{"key":"__proto__","schema":{"properties":{"__proto__":{"type":"integer"},"constructor":{"type":"integer"}}}}'
    expect((await api.call({ method: 'POST', url: '/v1/event-types', body: text })).status).toBe(201)
    const event = (value: string) => `{"type":"__proto__","data":{"constructor":${value}}}`
    expect((await api.call({ method: 'POST', url: '/v1/events', body: event('1') })).status).toBe(202)
    expect((await api.call({ method: 'POST', url: '/v1/events', body: event('"x"') })).status).toBe(400)
  })
})
