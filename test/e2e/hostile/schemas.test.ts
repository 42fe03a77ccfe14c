// Owns the attacks of a tenant by the schemas of its event types: to end the process, to hold it up, to fill its memory.
// Against a real process. Must never reach beyond 127.0.0.1.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TimbreProcess } from '../../support/timbre-process.ts'
import { until } from '../../support/until.ts'
import { load } from './load.ts'

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  readonly body: any
}

let timbre: TimbreProcess
/** Another tenant. */
let honest: { readonly workspaceId: string; readonly apiKey: string }

beforeAll(async () => {
  timbre = await new TimbreProcess().start()
  const admin = timbre.client({ apiKey: timbre.adminKey })
  const { id } = await admin.workspaces.create({ name: 'Honest' })
  const { key } = await timbre.client({ apiKey: timbre.adminKey, workspaceId: id }).apiKeys.create({
    name: 'honest',
    scopes: ['events:write', 'event-types:write'],
  })
  honest = { workspaceId: id, apiKey: String(key) }
})
afterAll(() => timbre.destroy())

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

async function call(method: string, path: string, body?: unknown, as: typeof honest = timbre): Promise<Answer> {
  const response = await fetch(timbre.address + path, {
    method,
    headers: {
      authorization: `Bearer ${as.apiKey}`,
      'x-workspace-id': as.workspaceId,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}

let made = 0
/** A type with this schema; undefined where it is refused with 400. */
async function makeType(schema: unknown, as?: typeof honest): Promise<string | undefined> {
  const key = `hostile.t${made++}`
  const { status, body } = await call('POST', '/v1/event-types', { key, schema }, as)
  if (status === 400) expect(body.code).toBe('INVALID_EVENT_TYPE_SCHEMA')
  else expect(status).toBe(201)
  return status === 201 ? key : undefined
}

const publish = (type: string | undefined, data: unknown, as?: typeof honest) =>
  call('POST', '/v1/events', { type, data }, as)

async function expectAlive(): Promise<void> {
  expect((await fetch(`${timbre.address}/health/live`)).status).toBe(200)
  expect(timbre.output).not.toContain('"level":50')
}

const LOOPS: readonly object[] = [
  { $ref: '#' },
  { allOf: [{ $ref: '#' }] },
  { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' },
]
const ODD: readonly object[] = [
  { $async: true, required: ['x'] },
  { properties: { a: { $async: true, type: 'string' } } },
  { $schema: 'https://json-schema.org/draft/2019-09/schema' },
  { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' },
  { $schema: 5 },
  { nullable: true },
  { discriminator: { propertyName: 'a' }, oneOf: [{ properties: { a: { const: 1 } } }] },
  { properties: { a: { const: { $data: '1/b' } } } },
  { properties: { a: { formatMinimum: { $data: '1' } } } },
  { $ref: { a: 1 } },
  { $ref: '#/__proto__' },
  JSON.parse('{"properties":{"__proto__":{"required":["x"]}},"__proto__":{"type":"string"}}'),
  { required: ['constructor', 'toString'] },
  { 'x-timbre-steps': -1e9, properties: { a: { 'x-timbre-steps': -1e9 } } },
  { multipleOf: 1e-308, properties: { a: { multipleOf: 1e308 } } },
  { allOf: many(900, () => ({ minLength: 1 })) },
  { allOf: many(1800, () => ({ minLength: 1 })) },
  { prefixItems: many(900, () => ({ minLength: 1 })) },
  { prefixItems: many(1800, () => ({ minLength: 1 })) },
  { pattern: '(a+)+$', patternProperties: { '(a|a)*$': true } },
  ...LOOPS,
]
const DATA = ['{}', '{"a":["x","x"],"b":1}', '{"__proto__":{"x":1},"constructor":1}', '{"a":1e400}', '{"a":-0,"":1}']

test('a stored schema that cannot be used any more is named at the start, shown, and mended by its owner', async () => {
  const key = await makeType({ type: 'object' })
  await timbre.stop()
  const database = new DatabaseSync(join(timbre.dataDir, 'timbre.db'))
  database
    .prepare('UPDATE event_types SET schema = ? WHERE key = ?')
    .run('{"$async":true,"allOf":[{"$ref":"#"}]}', key ?? '')
  database.close()
  await timbre.start()
  const answer = await publish(key, {})
  expect(answer).toMatchObject({
    status: 409,
    body: { code: 'EVENT_TYPE_UNUSABLE', details: { reason: 'reference_loop' } },
  })
  expect(answer.body.details.issues[0].path).toBe('/schema')
  expect((await call('GET', `/v1/event-types/${key}`)).body.schema).toEqual({ $async: true, allOf: [{ $ref: '#' }] })
  const line = await until(
    async () => timbre.output.split('\n').find((text) => text.includes('cannot be used any more')),
    (text) => text !== undefined,
  )
  expect(JSON.parse(line ?? '{}')).toMatchObject({
    workspaceId: timbre.workspaceId,
    eventType: key,
    reason: 'reference_loop',
  })
  expect((await call('PATCH', `/v1/event-types/${key}`, { schema: { type: 'object' } })).status).toBe(200)
  expect((await publish(key, {})).status).toBe(202)
})

describe('a tenant’s schema', () => {
  test('of whatever kind is taken or refused, validates or refuses events, and is shown as it was sent', async () => {
    const attack = async (schema: object) => {
      const key = await makeType(schema)
      if (key === undefined) return
      const answers = DATA.map((data) => call('POST', '/v1/events', `{"type":"${key}","data":${data}}`))
      for (const { status } of await Promise.all(answers))
        expect([202, 400], JSON.stringify(schema).slice(0, 200)).toContain(status)
      expect(JSON.stringify((await call('GET', `/v1/event-types/${key}`)).body.schema)).toBe(JSON.stringify(schema))
    }
    await Promise.all(ODD.map(attack))
    await expectAlive()
  })

  test('with $async says false where it is false, also for its example', async () => {
    const schema = { $async: true, required: ['must'] }
    const wrong = await call('POST', '/v1/event-types', { key: 'hostile.async', schema, example: { a: 1 } })
    expect(wrong).toMatchObject({ status: 400, body: { details: { issues: [{ path: '/example/must' }] } } })
    expect(await publish(await makeType(schema), { wrong: 1 })).toMatchObject({ status: 400 })
    await expectAlive()
  })

  test.each(LOOPS.map((schema) => [JSON.stringify(schema), schema]))(
    'that never ends is refused: %s',
    async (_, schema) => {
      const answer = await call('POST', '/v1/event-types', { key: 'hostile.loop', schema })
      expect(answer).toMatchObject({ status: 400, body: { details: { reason: 'reference_loop' } } })
    },
  )

  test('costs a bounded number of steps for one event and for a batch, and nobody else waits for it', async () => {
    const items = many(load(5000, 40_000), (index) => index)
    const cases: readonly [object, unknown][] = [
      [{ properties: { x: { allOf: many(900, () => ({ uniqueItems: true })) } } }, { x: items }],
      [
        { properties: { x: { allOf: many(900, () => ({ format: 'uri' })) } } },
        { x: `http://a/${'a'.repeat(200_000)}` },
      ],
      [
        { properties: { x: { allOf: many(90, (index) => ({ not: { pattern: `(a+)+${index}$` } })) } } },
        { x: 'a'.repeat(load(20_000, 200_000)) },
      ],
    ]
    const own = await makeType(
      { required: ['order'], properties: { order: { type: 'string', pattern: '^[A-Z]+$' } } },
      honest,
    )
    for (const [schema, data] of cases) {
      const key = await makeType(schema)
      const order: string[] = []
      const attack = many(load(2, 40), async () => {
        const answer = await publish(key, data)
        order.push('attack')
        expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_EVENT_DATA' } })
        expect(answer.body.details.issues[0].message).toContain('too many steps')
      })
      const beside = many(load(5, 50), async () => {
        expect((await publish(own, { order: 'A' }, honest)).status).toBe(202)
        order.push('honest')
      })
      await Promise.all([...attack, ...beside])
      // Small events of others are not behind what takes long.
      expect(order.slice(-1)).toEqual(['attack'])
    }
    await expectAlive()
  })

  test('has one budget for a batch, whose refusal names the same event each time', async () => {
    const key = await makeType({ properties: { x: { allOf: many(100, () => ({ uniqueItems: true })) } } })
    const events = many(60, () => ({ type: key, data: { x: many(1000, (index) => index) } }))
    const first = await call('POST', '/v1/events/batch', { events })
    expect(first).toMatchObject({ status: 400, body: { code: 'INVALID_EVENT_DATA' } })
    expect(first.body.details.index).toBeGreaterThan(0)
    expect((await call('POST', '/v1/events/batch', { events })).body).toEqual(first.body)
  })

  test('that takes long does not hide what is wrong with the next event of its batch, and does not end the process', async () => {
    const schema = { properties: { x: { allOf: many(100, () => ({ uniqueItems: true })) } } }
    const slow = { type: await makeType(schema), data: { x: many(1000, (index) => index) } }
    const wrong = [
      ['hostile.unknown', 'UNKNOWN_EVENT_TYPE'],
      ['webhook.failing', 'EVENT_TYPE_RESERVED'],
    ]
    for (const [type, code] of wrong) {
      const answer = await call('POST', '/v1/events/batch', { events: [slow, { type, data: {} }, slow] })
      expect(answer.body).toMatchObject({ code, details: { index: 1 } })
    }
    await expectAlive()
  })

  test('of the largest size is compiled or refused beside everybody else', async () => {
    const own = await makeType({ properties: { a: { type: 'integer' } } }, honest)
    const schemas = [
      { oneOf: many(900, (index) => ({ const: index })) },
      { oneOf: many(1500, (index) => ({ const: index })) },
      { properties: { a: { prefixItems: many(900, () => ({ minLength: 1 })) } } },
      { allOf: many(1150, () => ({ pattern: '\\p{L}{1,1000}' })) },
      { patternProperties: Object.fromEntries(many(2500, (index) => [`a${index}`, {}])) },
    ]
    const all = await Promise.all([
      ...schemas.map((schema) => makeType(schema)),
      ...many(20, async () => (await publish(own, { a: 1 }, honest)).status),
    ])
    expect(all.slice(schemas.length)).toEqual(many(20, () => 202))
    await expectAlive()
  })

  test('keeps a bounded part of the memory, however many there are', async () => {
    const before = residentMiB()
    for (const type of many(load(12, 180), (index) => index)) {
      const constants = many(900, (index) => ({ const: type * 10_000 + index }))
      // One workspace alone may not have so many bytes of them.
      const as = type % 2 === 0 ? honest : timbre
      const key = await makeType({ properties: { a: { anyOf: constants } } }, as)
      expect(key).toBeDefined()
      expect((await publish(key, { a: 'x' }, as)).status).toBe(400)
    }
    expect(residentMiB() - before).toBeLessThan(150)
    await expectAlive()
  })
})

function residentMiB(): number {
  const status = readFileSync(`/proc/${timbre.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
}
