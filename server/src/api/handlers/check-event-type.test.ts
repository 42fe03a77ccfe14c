// What is said of a schema and an example before a type is made of them, through the API.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'

let api: ApiUnderTest

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const check = (body: object, headers = {}) => api.call({ method: 'POST', url: '/v1/event-types/check', body, headers })
const SCHEMA = { type: 'object', required: ['order'], properties: { order: { type: 'string' } } }

test('says what is wrong with a schema and with its example, as creating the type would, and keeps nothing', async () => {
  const before = api.dump()
  expect((await check({ schema: SCHEMA, example: { order: 'a' } })).body).toEqual({ isUsable: true, issues: [] })
  expect((await check({ schema: SCHEMA })).body.isUsable).toBe(true)
  const unfit = (await check({ schema: SCHEMA, example: { order: 1 } })).body
  expect(unfit).toEqual({ isUsable: false, issues: [{ path: '/example/order', message: expect.any(String) }] })
  const wrong = { ...SCHEMA, properties: { order: { type: 'text' } } }
  for (const schema of [wrong, { $ref: 'https://elsewhere.invalid/' }, { pattern: '(' }]) {
    const { body } = await check({ schema, example: { order: 1 } })
    const refused = await api.call({ method: 'POST', url: '/v1/event-types', body: { key: 'own.checked', schema } })
    expect(body).toEqual({ isUsable: false, issues: refused.body.details.issues })
  }
  expect(api.dump()).toBe(before)
})

test('says in the language of the caller of a schema as a whole what is wrong with it', async () => {
  const anyOf = Array.from({ length: 1001 }, () => ({}))
  const [english, spanish] = [
    await check({ schema: { anyOf } }),
    await check({ schema: { anyOf } }, { 'accept-language': 'es' }),
  ]
  expect(english.body.issues).toEqual([{ path: '/schema', message: 'it has more than 1000 subschemas' }])
  expect(spanish.body.issues).toEqual([{ path: '/schema', message: 'tiene más de 1000 subesquemas' }])
  const large = await check({ schema: { description: 'x'.repeat(33 * 1024) } })
  expect(large.body.issues).toEqual([{ path: '/schema', message: 'it is larger than 32 KiB' }])
})

test('does not take the place of an own type of that name', async () => {
  expect((await api.call({ method: 'POST', url: '/v1/event-types', body: { key: 'check' } })).status).toBe(201)
  expect((await api.call({ url: '/v1/event-types/check' })).body.key).toBe('check')
  expect((await api.call({ method: 'DELETE', url: '/v1/event-types/check' })).status).toBe(204)
})
