// What watches a test receiver: each request once, in order, and what is missing is said.
import { RECEIVED_REQUESTS_MAX } from '@timbre/contract/test-receiver.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ManualClock, settle } from '../../../../test/support/manual-clock.ts'
import { until } from '../../../../test/support/until.ts'
import { streamLimits } from '../../insight/stream/delivery-feed.ts'
import { OpenStreams } from '../../insight/stream/open-streams.ts'
import { TestSink } from '../../insight/stream/testing/test-sink.ts'
import { SystemRandom } from '../../platform/random.ts'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'
import { TestStream } from '../testing/test-stream.ts'
import { ReceivedStreams } from './received-streams.ts'
import { TestReceivers } from './test-receivers.ts'

describe('through the API, a stream', () => {
  let api: ApiUnderTest
  let id: string
  let path: string
  const streams: TestStream[] = []

  beforeEach(async () => {
    api = await startApi()
    const made = (await api.call({ method: 'POST', url: '/v1/test-receivers', body: {} })).body
    id = made.id
    path = new URL(made.url).pathname
  })
  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.close()
    await api.stop()
  })

  async function open(headers: Record<string, string> = {}, query = '', key = api.ours.key): Promise<TestStream> {
    const stream = await TestStream.open(api.app, {
      url: `/v1/test-receivers/${id}/requests/stream${query}`,
      headers: { authorization: `Bearer ${key}`, 'x-workspace-id': api.ours.id, ...headers },
    })
    streams.push(stream)
    return stream
  }
  async function send(count: number): Promise<void> {
    for (let nth = 0; nth < count; nth++)
      await api.call({ method: 'POST', url: path, key: null, workspace: null, body: { nth } })
  }
  const shown = (stream: TestStream) =>
    stream.frames.flatMap(({ id: position, event, data }) => (event === undefined ? [] : [[position, event, data]]))
  const seen = (stream: TestStream, count: number) =>
    until(
      async () => shown(stream),
      (frames) => frames.length >= count,
    )
  const requests = () => api.call({ url: `/v1/test-receivers/${id}/requests?limit=100` })

  test('shows each request once, as the list shows it, and goes on behind any frame', async () => {
    const stream = await open()
    await send(3)
    const frames = await seen(stream, 3)
    const listed = (await requests()).body.data.toReversed()
    expect(frames).toEqual(listed.map((one: object, nth: number) => [String(nth + 1), 'request', one]))
    expect(stream.frames[0]).toMatchObject({ id: '0', retry: '1000', event: undefined })
    for (const again of [await open({ 'last-event-id': '1' }), await open({}, '?lastEventId=1')])
      expect(await seen(again, 2)).toEqual(frames.slice(1))
  })

  test('says how many are not kept any more, and that what was kept was forgotten', async () => {
    await send(RECEIVED_REQUESTS_MAX + 2)
    const late = await open({ 'last-event-id': '1' })
    const frames = await seen(late, RECEIVED_REQUESTS_MAX + 1)
    expect(frames[0]).toEqual(['2', 'gap', { count: 1 }])
    expect(frames.at(-1)?.slice(0, 2)).toEqual([String(RECEIVED_REQUESTS_MAX + 2), 'request'])
    await api.call({ method: 'DELETE', url: `/v1/test-receivers/${id}/requests` })
    const until = RECEIVED_REQUESTS_MAX + 2
    const cleared = [String(until), 'cleared', { until }]
    expect((await seen(late, frames.length + 1)).at(-1)).toEqual(cleared)
    const resumed = await open({ 'last-event-id': '9' })
    await send(1)
    expect((await seen(resumed, 2)).map(([position, event]) => [position, event])).toEqual([
      cleared.slice(0, 2),
      [String(until + 1), 'request'],
    ])
    expect((await seen(late, frames.length + 2)).at(-1)?.[0]).toBe(String(until + 1))
  })

  test('ends when its receiver is deleted, which who comes again is told', async () => {
    const stream = await open()
    await api.call({ method: 'DELETE', url: `/v1/test-receivers/${id}` })
    await until(
      async () => stream.isEnded,
      (isEnded) => isEnded,
    )
    expect((await open()).status).toBe(404)
    expect(api.streams.count).toBe(0)
  })

  test('is for who may see what came, from a place that was there, and has its share with other streams', async () => {
    const url = `/v1/test-receivers/${id}/requests/stream`
    const reading = await api.makeKey(api.ours.id, ['webhooks:read'])
    expect((await api.call({ url, key: reading })).status).toBe(403)
    expect((await api.call({ url, key: api.theirs.key, workspace: api.theirs.id })).status).toBe(404)
    for (const cursor of ['1', '-1', 'x', '1e9', '9'.repeat(200)]) {
      const refused = await api.call({ url, headers: { 'last-event-id': cursor } })
      expect(refused).toMatchObject({ status: 400, body: { code: 'INVALID_CURSOR' } })
    }
    for (let nth = 0; nth < streamLimits(40).perCredential; nth++) expect((await open()).status).toBe(200)
    for (const one of [url, '/v1/deliveries/stream'])
      expect(await api.call({ url: one })).toMatchObject({ status: 429, body: { code: 'TOO_MANY_STREAMS' } })
  })
})

describe('a reader that takes nothing', () => {
  const clock = new ManualClock()
  const random = new SystemRandom()
  const streams = new OpenStreams({ clock, random }, { all: 9, perWorkspace: 9, perCredential: 9 })
  const received = new ReceivedStreams({
    clock,
    streams,
    log: { error: (...words: unknown[]) => expect(words).toEqual([]) },
    storage: { listWebhooks: async () => ({ rows: [], total: 0 }) },
    vault: { open: () => '' },
  })
  const receivers = new TestReceivers({
    clock,
    random,
    receiversMax: 9,
    onChanged: (receiver) => received.changed(receiver),
  })
  const body = Buffer.alloc(2000, 'x')

  async function flood(receiver: ReturnType<typeof receivers.make>, count: number): Promise<void> {
    for (let nth = 0; nth < count; nth++) {
      await receivers.receive(receiver, { method: 'POST', headers: {}, body })
      await clock.advance(1)
    }
  }

  test('is given a bounded amount, goes on with what is kept when it has taken it, and is ended if it never does', async () => {
    const receiver = receivers.make('w', {})
    const slow = new TestSink()
    received.open(receiver, 'k', null)(slow)
    await settle()
    await flood(receiver, 200)
    expect(slow.mostPendingBytes).toBeLessThan(70_000)
    const given = slow.mostPendingBytes
    slow.take()
    await settle()
    await clock.advance(1)
    slow.take()
    expect(given).toBeLessThan(70_000)
    const text = slow.taken.join('')
    const missing = Number(/"count":(\d+)/.exec(text)?.[1])
    expect([...text.matchAll(/event: request/g)].length + missing).toBe(200)
    expect(slow.ids.at(-1)).toBe(200)
    await flood(receiver, 1)
    await clock.advance(30_000)
    expect(slow.lastWords).toBe('retry: 1000\nid: 201\n\n')
    slow.close()
    expect([streams.count, clock.pending]).toEqual([0, 1])
    streams.stop()
    expect(clock.pending).toBe(0)
  })
})
