// Sends every route that takes a body what it must not take, and looks that nothing came of it.
// Must never leave a row behind: every test compares all tables before and after.
import { idPattern } from '@timbre/contract/ids.ts'
import { isWorkspaceRoute, ROUTES, type Route, type RouteName } from '@timbre/contract/routes.ts'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ApiUnderTest, startApi, type TestCall, type TestResponse } from '../testing/test-api.ts'
import { RIGHT_BODIES } from '../testing/test-bodies.ts'

const withBody = (Object.entries(ROUTES) as [RouteName, Route][]).filter(([, route]) => route.body !== undefined)

const CANDIDATES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  '',
  'x',
  'x'.repeat(3000),
  'https://example.com/ x',
  'whsec_é'.repeat(4),
  '../../etc/passwd',
  [],
  [1],
  ['events:read', 'events:read'],
  {},
  { X: 1 },
]

let api: ApiUnderTest
let ids: Record<string, string>
let before: string

beforeAll(async () => {
  api = await startApi()
  ids = await makeThings()
})
beforeEach(() => {
  before = api.dump()
})
afterEach(() => {
  expect(api.logged()).toBe('')
})
afterAll(() => api.stop())

describe.each(withBody)('%s', (name, route) => {
  test('refuses every field with every value that its schema does not take, naming the field', async () => {
    for (const { body, path } of wrongFields(name, route)) {
      const response = await api.call({ ...callOf(name, route), body })
      expectRefusal(response, 400, JSON.stringify(body).slice(0, 300))
      expect(response.body.code).toBe('INVALID_INPUT')
      const paths: string[] = response.body.details.issues.map((issue: { path: string }) => issue.path)
      expect(
        paths.some((found) => found.startsWith(path)),
        `${path} among ${paths}`,
      ).toBe(true)
    }
    expect(api.dump()).toBe(before)
  })

  test('refuses an unknown field, naming it, also one with a name that objects have already', async () => {
    const prefix = Array.isArray(RIGHT_BODIES[name]) ? '/0' : ''
    for (const field of ['colour', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '']) {
      const text = JSON.stringify(RIGHT_BODIES[name]).replace('{', `{${JSON.stringify(field)}:{"a":1},`)
      const response = await api.call({ ...callOf(name, route), body: text })
      expectRefusal(response, 400, field)
      expect(response.body.details.issues).toContainEqual({ path: `${prefix}/${field}`, message: expect.any(String) })
    }
    expect(({} as { a?: number }).a).toBeUndefined()
    expect(api.dump()).toBe(before)
  })

  test('refuses NUL and half surrogate pairs in every text, however they are written', async () => {
    for (const bad of [
      '\\u0000',
      'a\\u0000b',
      '\\ud800',
      '\\udc00',
      '\\ud800\\ud800',
      '\\udc00\\ud800',
      '\\\\\\uD83D x',
      '\\ud83d\\u0041',
    ]) {
      for (const text of textsWith(name, bad)) {
        const response = await api.call({ ...callOf(name, route), body: text })
        expectRefusal(response, 400, text)
        expect(response.body.code).toBe('INVALID_INPUT')
      }
    }
    expect(api.dump()).toBe(before)
  })

  test('refuses what is not one JSON object in UTF-8', async () => {
    const right = JSON.stringify(RIGHT_BODIES[name])
    const broken: readonly (string | Uint8Array)[] = [
      '',
      ' ',
      'nonsense',
      right.slice(0, -1),
      `${right}}`,
      `${right} ${right}`,
      right.replaceAll('"', "'"),
      `\ufeff${right}`,
      right.replace('{', '{"a":NaN,'),
      right.replace('{', '{,'),
      right.replace('{', '{"a\u0000":1,'),
      right.replace('{', '{"a":"\n",'),
      Buffer.concat([Buffer.from(right.slice(0, 2)), Buffer.from([0xff, 0xfe]), Buffer.from(right.slice(2))]),
      Buffer.concat([Buffer.from('{"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from(right.slice(2))]),
      Buffer.concat([Buffer.from('{"'), Buffer.from([0xc0, 0x80]), Buffer.from(right.slice(2))]),
      Buffer.from(right, 'utf16le'),
    ]
    for (const body of broken) {
      const response = await api.call({ ...callOf(name, route), body })
      expectRefusal(response, 400, String(body))
      expect(response.body.code).toBe('INVALID_JSON')
    }
    for (const body of ['null', '[]', `[${right}]`, '1', '"x"', 'true']) {
      expectRefusal(await api.call({ ...callOf(name, route), body }), 400, body)
    }
    expect(api.dump()).toBe(before)
  })

  test('refuses endless nesting', async () => {
    for (const depth of [68, 1000, 20_000]) {
      for (const [open, close] of [
        ['[', ']'],
        ['{"a":', '}'],
      ] as const) {
        const deep = open.repeat(depth) + (open === '[' ? '' : '1') + close.repeat(depth)
        const text = JSON.stringify(RIGHT_BODIES[name]).replace('{', `{"colour":${deep},`)
        const status = text.length > (route.bodyBytesMax ?? 65_536) ? 413 : 400
        expectRefusal(await api.call({ ...callOf(name, route), body: text }), status, `${open} ${depth}`)
        expectRefusal(await api.call({ ...callOf(name, route), body: deep.slice(0, depth) }), 400, open)
      }
    }
    expect(api.dump()).toBe(before)
  })

  test('refuses a body that is larger than its limit', async () => {
    const limitBytes = route.bodyBytesMax ?? 65_536
    const text = JSON.stringify(RIGHT_BODIES[name])
    const response = await api.call({ ...callOf(name, route), body: text.padEnd(limitBytes + 1, ' ') })
    expectRefusal(response, 413, 'one byte too much')
    expect(response.body).toMatchObject({ code: 'BODY_TOO_LARGE', details: { limitBytes } })
    expect(response.body.message).toContain(String(limitBytes))
    expect(api.dump()).toBe(before)
  })

  test('refuses every content type but JSON in UTF-8', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
      'application/json; charset=latin1',
      'application/json; charset=utf-16',
      'application/jsonx',
      'nonsense',
      '*/*',
    ]) {
      const response = await api.call({
        ...callOf(name, route),
        headers: { 'content-type': type },
        body: RIGHT_BODIES[name],
      })
      expectRefusal(response, 415, type)
      expect(response.body.code).toBe('UNSUPPORTED_MEDIA_TYPE')
    }
    expect(api.dump()).toBe(before)
  })

  test('refuses a wrong Idempotency-Key', async () => {
    if (route.method !== 'POST') return
    for (const key of ['', 'x'.repeat(256), 'é', 'a\tb']) {
      const response = await api.call({
        ...callOf(name, route),
        headers: { 'idempotency-key': key },
        body: RIGHT_BODIES[name],
      })
      expectRefusal(response, 400, key)
      expect(response.body.code).toBe('INVALID_IDEMPOTENCY_KEY')
    }
    expect(api.dump()).toBe(before)
  })
})

describe('a route without a body', () => {
  test('takes an empty one and {}, and nothing else', async () => {
    const url = `/v1/webhooks/${ids['webhookId']}/deliveries/${ids['deliveryId']}/retry`
    for (const body of ['[]', '{"a":1}', 'null', '1', '{']) {
      expectRefusal(await api.call({ method: 'POST', url, body }), 400, body)
    }
    expect(api.dump()).toBe(before)
  })
})

function expectRefusal(response: TestResponse, status: number, what: string): void {
  expect(response.status, `${what}\n${response.text}`).toBe(status)
  expect(Object.keys(response.body)).toEqual(['code', 'message', 'details'])
  expect(response.headers['content-type']).toMatch(/^application\/json/)
  expect(response.headers['x-request-id']).toBeTruthy()
  expect(response.body.message).not.toMatch(/\{\w+\}/)
}

/** One body for each field and each value that is wrong for it, by an Ajv of the test's own. */
function wrongFields(name: string, route: Route): { body: object; path: string }[] {
  const ajv = new Ajv2020({ strict: false })
  formats.default(ajv)
  if (name === 'publishEventBatch') {
    const item = (route.body as unknown as { properties: { events: { items: Schema } } }).properties.events.items
    const right = { type: 'call.completed', data: { call_id: 'c' } }
    return [
      ...wrongOf(ajv, item, right).map(({ body, path }) => ({
        body: { events: [right, body] },
        path: `/events/1${path}`,
      })),
      ...[null, 'x', 1, {}, [], Array(1001).fill(right)].map((events) => ({ body: { events }, path: '/events' })),
      { body: { events: [right, 5] }, path: '/events/1' },
    ]
  }
  const schema = route.body as unknown as Schema | { readonly items: Schema }
  const right = RIGHT_BODIES[name] ?? {}
  if (!('items' in schema)) return wrongOf(ajv, schema, right)
  const [first = {}] = right as readonly object[] // as its schema says
  return wrongOf(ajv, schema.items, first).map(({ body, path }) => ({ body: [body], path: `/0${path}` }))
}

interface Schema {
  readonly properties: Record<string, object>
  readonly required?: readonly string[]
}

function wrongOf(ajv: Ajv2020, schema: Schema, right: object): { body: object; path: string }[] {
  const wrong = Object.entries(schema.properties).flatMap(([field, property]) =>
    CANDIDATES.filter((value) => !ajv.validate(property, value)).map((value) => ({
      body: { ...right, [field]: value },
      path: `/${field}`,
    })),
  )
  const missing = (schema.required ?? []).map((field) => ({
    body: { ...right, [field]: undefined },
    path: `/${field}`,
  }))
  return [...wrong, ...missing]
}

/** The bad text as a value, as a nested value and as a name. */
function textsWith(name: string, bad: string): string[] {
  const right = JSON.stringify(RIGHT_BODIES[name])
  return [`{"colour":"${bad}",`, `{"colour":[{"a":"${bad}"}],`, `{"${bad}":1,`].map((start) =>
    right.replace('{', start),
  )
}

function callOf(name: string, route: Route): TestCall {
  const url = route.path.replaceAll(/:(\w+)/g, (_, parameter: string) => ids[parameter] ?? '')
  return {
    method: route.method,
    url,
    ...(isWorkspaceRoute(route) ? {} : { key: api.adminKey }),
    body: RIGHT_BODIES[name],
  }
}

async function makeThings(): Promise<Record<string, string>> {
  const made = async (url: string, body: object) => (await api.call({ method: 'POST', url, body })).body
  const webhook = await made('/v1/webhooks', { url: 'https://receiver.invalid/hook' })
  const subscription = await made(`/v1/webhooks/${webhook.id}/subscriptions`, { eventKey: 'call.completed' })
  await made('/v1/events', { type: 'call.completed', data: { call_id: 'c' } })
  const type = await made('/v1/event-types', { key: 'own.there' })
  // What is queued waits while the webhook is off, so that nothing changes behind the test's back.
  await api.call({ method: 'PATCH', url: `/v1/webhooks/${webhook.id}`, body: { isActive: false } })
  const deliveryId = await endedDelivery(webhook.id)
  const source = await made('/v1/sources', { name: 'Ours', kind: 'retell', secret: 'key_0123456789abcdef' })
  const testReceiver = await made('/v1/test-receivers', {})
  const things = { webhookId: webhook.id, subscriptionId: subscription.id, testReceiverId: testReceiver.id }
  return { ...things, deliveryId, sourceId: source.id, key: type.key, workspaceId: api.ours.id }
}

async function endedDelivery(webhookId: string): Promise<string> {
  for (;;) {
    const [delivery] = (await api.call({ url: `/v1/webhooks/${webhookId}/deliveries` })).body.data
    if (delivery.status !== 'sending') return delivery.id
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('the ids of this file are ids', () => {
  expect(ids['webhookId']).toMatch(new RegExp(idPattern('webhook')))
})
