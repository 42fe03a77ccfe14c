// Owns the attacks by what is in a body: a name that is there twice, names that are spelled to be misread, a catalogue that is large. Plays
// them against a real process. Must never reach beyond 127.0.0.1.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TimbreProcess } from '../../support/timbre-process.ts'
import { load } from './load.ts'

let timbre: TimbreProcess
beforeAll(async () => {
  timbre = await new TimbreProcess().start()
})
afterAll(() => timbre.destroy())

async function send(method: string, path: string, text?: string) {
  const response = await fetch(timbre.address + path, {
    method,
    headers: {
      'x-api-key': timbre.apiKey,
      'x-workspace-id': timbre.workspaceId,
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(text === undefined ? {} : { body: text }),
  })
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  return { status: response.status, body: (await response.json()) as any }
}

const publish = (data: string) => send('POST', '/v1/events', `{"type":"call.completed","data":${data}}`)

test('what is validated is what every receiver reads: a member that is there twice is refused, in a batch with its index', async () => {
  const twice = '{"call_id":"a","order":{"lines":[{"amount":1000000,"amount":1}]}}'
  const path = '/data/order/lines/0/amount'
  expect(await publish(twice)).toMatchObject({ status: 400, body: { details: { issues: [{ path }] } } })
  const good = '{"type":"call.completed","data":{"call_id":"b"}}'
  const batch = `{"events":[${good},{"type":"call.completed","data":${twice}}]}`
  expect((await send('POST', '/v1/events/batch', batch)).body.details.issues[0].path).toBe(`/events/1${path}`)
  expect((await send('GET', '/v1/events')).body.data).toEqual([])
})

test('a call is found by its id however the name is spelled, and whatever another text had there before', async () => {
  for (let count = 0; count < load(3, 200); count++) {
    expect((await publish('{"x":{},"c\\\\u0061ll":1,"call_id":"a"}')).status).toBe(202)
    const { body } = await publish(`{"x":{},"c\\u0061ll_id":"spelled ${count}"}`)
    const found = await send('GET', `/v1/events?callId=${encodeURIComponent(`spelled ${count}`)}`)
    expect(found.body.data.map(({ id }: { id: string }) => id)).toEqual([body.id])
  }
})

test('a megabyte of names is refused or read in as many steps as it has characters', async () => {
  const names = Array.from({ length: load(4_000, 12_000) }, (_, nth) => `"\\u006e${nth}":0`)
  expect((await publish(`{"call_id":"a",${names.join()}}`)).status).toBe(202)
  expect((await publish(`{"call_id":"a",${names.join()},"n1":0}`)).body.details.issues[0].path).toBe('/data/n1')
})

test('a large catalogue is read a page at a time, and does not grow without a bound', async () => {
  const schema = { type: 'object', description: 'x'.repeat(30_000) }
  const example = { text: 'x'.repeat(30_000) }
  let made = 0
  let refused: { status: number; body: { code: string } } | undefined
  while (refused === undefined) {
    const type = { key: `own.t${String(made).padStart(3, '0')}`, schema, example }
    const answer = await send('POST', '/v1/event-types', JSON.stringify(type))
    if (answer.status === 201) made++
    else refused = answer
  }
  expect(refused).toMatchObject({ status: 409, body: { code: 'EVENT_TYPE_BYTES_REACHED' } })
  expect(made).toBeLessThan(100)
  const keys: string[] = []
  for (let page = 1, hasNext = true; hasNext; page++) {
    const { data, meta } = (await send('GET', `/v1/event-types?page=${page}&limit=7`)).body
    keys.push(...data.map(({ key }: { key: string }) => key))
    expect(meta.total).toBeGreaterThan(made)
    hasNext = meta.hasNext
    if (!hasNext) expect(keys).toHaveLength(meta.total)
  }
  expect(new Set(keys).size).toBe(keys.length)
  expect(keys.slice(-made)).toEqual(Array.from({ length: made }, (_, nth) => `own.t${String(nth).padStart(3, '0')}`))
})
