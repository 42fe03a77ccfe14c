import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../../../../test/support/until.ts'
import { streamLimits } from '../../insight/stream/delivery-feed.ts'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'
import { startReceiver, type TestReceiver } from '../testing/test-receiver.ts'
import { makeLink, OWN_PAGE, signIn } from '../testing/test-session.ts'
import { type StreamCall, TestStream } from '../testing/test-stream.ts'

let api: ApiUnderTest
let receiver: TestReceiver
let webhookId: string
const streams: TestStream[] = []

beforeEach(async () => {
  api = await startApi({ allowHttpLoopback: true, refuseTarget: () => undefined })
  receiver = await startReceiver()
  webhookId = await makeWebhook()
})
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close()
  await api.stop()
  await receiver.stop()
})

async function makeWebhook(): Promise<string> {
  const body = { url: receiver.url, eventKeys: ['call.completed', 'call.error'] }
  const made = await api.call({ method: 'POST', url: '/v1/webhooks', body })
  expect(made.status).toBe(201)
  return made.body.id
}

async function open({ headers, ...call }: StreamCall = {}, key = api.ours.key): Promise<TestStream> {
  const credentials = { authorization: `Bearer ${key}`, 'x-workspace-id': api.ours.id }
  const stream = await TestStream.open(api.app, { ...call, headers: { ...credentials, ...headers } })
  streams.push(stream)
  if (stream.status === 200 && call.method !== 'HEAD')
    await until(
      async () => stream.frames.length,
      (n) => n > 0,
    )
  return stream
}

async function publish(type = 'call.completed'): Promise<string> {
  const data = { call_id: 'c', ...(type === 'call.error' ? { error_code: 'x' } : {}) }
  return (await api.call({ method: 'POST', url: '/v1/events', body: { type, data } })).body.id
}

const seen = (stream: TestStream, count: number) =>
  until(
    async () => stream.deliveries,
    (list) => list.length >= count,
  )
const ended = (stream: TestStream) =>
  until(
    async () => stream.isEnded,
    (isEnded) => isEnded,
  )

describe('a live stream', () => {
  test('shows each change of a delivery once, as the list shows it, with an id on every frame', async () => {
    const stream = await open()
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    })
    const eventId = await publish()
    await seen(stream, 2)
    expect(stream.deliveries.map(({ eventId: id, status, attempts }) => [id, status, attempts])).toEqual([
      [eventId, 'sending', 0],
      [eventId, 'success', 1],
    ])
    const listed = await api.call({ url: `/v1/deliveries?eventId=${eventId}` })
    expect(stream.deliveries.at(-1)).toEqual(listed.body.data[0])
    expect(stream.frames.every(({ id }) => id !== undefined)).toBe(true)
    expect(new Set(stream.frames.map(({ id }) => id)).size).toBe(3)
  })

  test('goes on behind any frame, by the header or by the query, and the header comes first', async () => {
    const stream = await open()
    for (let count = 0; count < 3; count++) await publish()
    await seen(stream, 6)
    const ids = stream.frames.map(({ id }) => id ?? '')
    for (const [index, id] of ids.entries()) {
      const rest = stream.deliveries.slice(index)
      const byHeader = await open({ headers: { 'last-event-id': id } })
      const byQuery = await open({ url: `/v1/deliveries/stream?lastEventId=${id}` })
      const both = await open({ url: `/v1/deliveries/stream?lastEventId=${ids[0]}`, headers: { 'last-event-id': id } })
      for (const other of [byHeader, byQuery, both]) {
        await seen(other, rest.length)
        expect(other.deliveries).toEqual(rest)
        other.close()
      }
    }
  })

  test('loses nothing and repeats nothing while it breaks off again and again as events come', async () => {
    const first = await open()
    const published: Promise<string>[] = []
    const got: string[] = []
    let cursor = first.lastId
    for (let round = 0; round < 10; round++) {
      for (let count = 0; count < 5; count++) published.push(publish())
      const stream = await open({ headers: { 'last-event-id': cursor } })
      await seen(stream, 3)
      stream.close()
      await ended(stream)
      got.push(...stream.deliveries.map((delivery) => `${delivery.eventId} ${delivery.status}`))
      cursor = stream.lastId
    }
    const ids = await Promise.all(published)
    const last = await open({ headers: { 'last-event-id': cursor } })
    await until(
      async () => got.length + last.deliveries.length,
      (count) => count >= 2 * ids.length,
    )
    got.push(...last.deliveries.map((delivery) => `${delivery.eventId} ${delivery.status}`))
    expect(got.toSorted()).toEqual(ids.flatMap((id) => [`${id} sending`, `${id} success`]).toSorted())
  })

  test('shows what its filters let through', async () => {
    const other = await makeWebhook()
    const byType = await open({ url: '/v1/deliveries/stream?eventKey=call.error' })
    const byWebhook = await open({ url: `/v1/deliveries/stream?webhookId=${other}&status=success` })
    await publish()
    const eventId = await publish('call.error')
    const byEvent = await open({ url: `/v1/deliveries/stream?eventId=${eventId}&lastEventId=${byType.frames[0]?.id}` })
    await seen(byType, 4)
    await seen(byWebhook, 2)
    await seen(byEvent, 4)
    expect(byType.deliveries.every(({ eventKey }) => eventKey === 'call.error')).toBe(true)
    expect(byWebhook.deliveries.map((delivery) => [delivery.webhookId, delivery.status])).toEqual([
      [other, 'success'],
      [other, 'success'],
    ])
    expect(byEvent.deliveries.every((delivery) => delivery.eventId === eventId)).toBe(true)
  })

  test('tells of a failed attempt and of a manual retry, in the language of the reader', async () => {
    receiver.status = 500
    const stream = await open({ headers: { 'accept-language': 'es' } })
    await publish()
    await seen(stream, 2)
    const { id, lastError, nextAttemptAt, responseStatus } = stream.deliveries[1]
    expect(nextAttemptAt).not.toBeNull()
    expect(responseStatus).toBe(500)
    const listed = await api.call({ url: '/v1/deliveries', headers: { 'accept-language': 'es' } })
    expect(lastError).toBe(listed.body.data[0].lastError)
    receiver.status = 200
    await api.call({ method: 'POST', url: `/v1/webhooks/${webhookId}/deliveries/${id}/retry` })
    await seen(stream, 4)
    expect(stream.deliveries.map(({ status, attempts }) => [status, attempts])).toEqual([
      ['sending', 0],
      ['queued', 1],
      ['queued', 1],
      ['success', 2],
    ])
  })

  test('tells as a gap what was erased before it could be shown', async () => {
    const stream = await open()
    const cursor = stream.lastId
    await publish()
    await seen(stream, 2)
    const erased = await api.call({ method: 'POST', url: '/v1/erasures', body: { callId: 'c' } })
    expect(erased.status).toBeLessThan(300)
    await publish()
    const again = await open({ headers: { 'last-event-id': cursor } })
    await seen(again, 2)
    const [gap] = again.gaps
    expect(again.gaps.length).toBe(1)
    expect(gap.from <= gap.until).toBe(true)
    expect(again.deliveries).toEqual((await seen(stream, 4)).slice(2))
  })
})

describe('another workspace', () => {
  test('sees nothing of it, and cannot go on from its ids', async () => {
    const stream = await open()
    const credentials = { authorization: `Bearer ${api.theirs.key}`, 'x-workspace-id': api.theirs.id }
    const theirs = await TestStream.open(api.app, { headers: credentials })
    streams.push(theirs)
    await publish()
    await seen(stream, 2)
    expect(theirs.deliveries).toEqual([])
    const response = await api.call({
      url: '/v1/deliveries/stream',
      key: api.theirs.key,
      workspace: api.theirs.id,
      headers: { 'last-event-id': stream.lastId },
    })
    expect(response).toMatchObject({ status: 400, body: { code: 'INVALID_CURSOR' } })
  })
})

describe('the request', () => {
  test.each(['nonsense', 'x'.repeat(300), 'kq3vJ0mZ8uXo1TfYc5hWbgA4dN2pLs7e'])(
    'with the id %s, which no frame has had, is refused',
    async (id) => {
      const response = await api.call({ url: '/v1/deliveries/stream', headers: { 'last-event-id': id } })
      expect(response).toMatchObject({ status: 400, body: { code: 'INVALID_CURSOR' } })
    },
  )

  test('HEAD gives the head alone, and opens nothing', async () => {
    const stream = await open({ method: 'HEAD' })
    await ended(stream)
    expect(stream.status).toBe(200)
    expect(stream.headers['content-type']).toBe('text/event-stream')
    expect(stream.frames).toEqual([])
    expect(api.streams.count).toBe(0)
  })

  test('needs the scope of the list', async () => {
    const key = await api.makeKey(api.ours.id, ['events:read'])
    expect(await api.call({ url: '/v1/deliveries/stream', key })).toMatchObject({ status: 403 })
  })

  test('is refused with 429 when a key has as many as it may, and is let in when one is closed', async () => {
    const { perCredential } = streamLimits(40)
    const opened = await Promise.all(Array.from({ length: perCredential }, () => open()))
    const refused = await api.call({ url: '/v1/deliveries/stream' })
    expect(refused).toMatchObject({
      status: 429,
      body: { code: 'TOO_MANY_STREAMS', details: { limit: perCredential } },
    })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    const key = await api.makeKey(api.ours.id, ['webhooks:read'])
    expect((await open({}, key)).status).toBe(200)
    opened[0]?.close()
    await until(
      async () => (await open()).status,
      (status) => status === 200,
    )
  })
})

describe('the end', () => {
  test('comes with a hint when to come again where the server stops, and nobody is let in after it', async () => {
    const [stream, other] = [await open(), await open()]
    await api.feed.stop()
    for (const one of [stream, other]) {
      await ended(one)
      expect(Number(one.frames.at(-1)?.retry)).toBeGreaterThanOrEqual(1000)
    }
    expect(await api.call({ url: '/v1/deliveries/stream' })).toMatchObject({ status: 503, body: { code: 'NOT_READY' } })
  })

  test('comes soon when the session of a portal is ended; until then it sees what its workspace does', async () => {
    const { id, link } = await makeLink(api)
    const { cookie } = await signIn(api, { portalToken: link.split('#')[1] })
    const portal = await TestStream.open(api.app, { headers: { cookie, ...OWN_PAGE } })
    streams.push(portal)
    expect(portal.status).toBe(200)
    await publish()
    await seen(portal, 2)
    await api.call({ method: 'DELETE', url: `/v1/portal-sessions/${id}` })
    await ended(portal)
    const again = await TestStream.open(api.app, { headers: { cookie, ...OWN_PAGE } })
    streams.push(again)
    expect(again.status).toBe(401)
  })

  test('comes soon when the key is revoked, and not for other keys', async () => {
    const key = await api.makeKey(api.ours.id, ['webhooks:read'])
    const [stream, other] = [await open({}, key), await open()]
    const { body } = await api.call({ url: '/v1/api-keys' })
    const { id } = body.data.find(({ scopes }: { scopes: string[] }) => scopes.length === 1)
    await api.call({ method: 'DELETE', url: `/v1/api-keys/${id}` })
    await ended(stream)
    expect(other.isEnded).toBe(false)
  })
})
