// Calls through the API: lists with their filters, and one call with all that came of it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../../../test/support/until.ts'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'
import { startReceiver, type TestReceiver } from '../testing/test-receiver.ts'

const AGENT = '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d'
const FROM = '+12137771234'
const TO = '+525538808448'

let api: ApiUnderTest
let receiver: TestReceiver
let webhookId: string

beforeAll(async () => {
  receiver = await startReceiver()
  api = await startApi({ allowHttpLoopback: true, refuseTarget: () => undefined })
  webhookId = (await post('/v1/webhooks', { url: receiver.url, eventKeys: ['call.completed'] })).body.id
})
afterAll(async () => {
  await api.stop()
  await receiver.stop()
})

const post = (url: string, body: unknown) => api.call({ method: 'POST', url, body })
const get = (url: string, key = api.ours.key, workspace = api.ours.id) => api.call({ url, key, workspace })
const publish = async (type: string, data: object, fields = {}) =>
  (await post('/v1/events', { type, data, ...fields })).body
const status = (callId: string, call_status: string, more = {}) =>
  publish('call.status.updated', { call_id: callId, call_status, ...more })
const idsOf = async (query: string) =>
  (await get(`/v1/calls?${query}`)).body.data.map(({ callId }: { callId: string }) => callId)

describe('a list of calls', () => {
  let startedAt: string

  beforeAll(async () => {
    await status('one', 'registered', { to_number: TO, agent_id: AGENT })
    startedAt = (await status('two', 'ongoing', { from_number: FROM })).createdAt
    await status('one', 'ended', { from_number: 'sip:ana@example.com' })
    await status('three', 'registered', { from_number: FROM, to_number: 'anonymous' })
    await publish('agent.created', { agent_id: AGENT })
  })

  test('has a row for each, newest first by its first event', async () => {
    const { status, body } = await get('/v1/calls')
    expect(status).toBe(200)
    expect(body.data.map(({ callId }: { callId: string }) => callId)).toEqual(['three', 'two', 'one'])
    expect(body.data[2]).toMatchObject({
      status: 'ended',
      agentId: AGENT,
      fromNumber: 'sip:ana@example.com',
      toNumber: TO,
      eventCount: 2,
      eventCountIsExact: true,
      deliveries: { queued: 0, sending: 0, success: 0, failed: 0 },
    })
    expect(body.data[2].firstEventAt < body.data[2].lastEventAt).toBe(true)
    expect(body.meta).toEqual({ limit: 50, nextCursor: null, hasNext: false })
  })

  test.each([
    ['status=ended', ['one']],
    ['status=ongoing', ['two']],
    ['status=strange', []],
    [`agentId=${AGENT}`, ['one']],
    [`number=${encodeURIComponent(FROM)}`, ['three', 'two']],
    // A plus that was not encoded is a space.
    [`number=${FROM}`, ['three', 'two']],
    ['number=52-55-3880-8448', ['one']],
    ['number=anonymous', ['three']],
    [`number=${encodeURIComponent('sip:ana@example.com')}`, ['one']],
    [`number=${encodeURIComponent(FROM)}&status=ongoing`, ['two']],
  ])('with %s has %j', async (query, expected) => expect(await idsOf(query)).toEqual(expected))

  test('has those that began in a range of time', async () => {
    expect(await idsOf(`since=${startedAt}`)).toEqual(['three', 'two'])
    expect(await idsOf(`until=${startedAt}`)).toEqual(['one'])
  })

  test('comes in pages whose cursors are of this list, this workspace and any filter', async () => {
    const first = (await get(`/v1/calls?limit=1&number=${encodeURIComponent(FROM)}`)).body
    expect(first.data.map(({ callId }: { callId: string }) => callId)).toEqual(['three'])
    expect(first.meta.hasNext).toBe(true)
    const second = await get(`/v1/calls?limit=1&number=${encodeURIComponent(FROM)}&after=${first.meta.nextCursor}`)
    expect(second.body.data.map(({ callId }: { callId: string }) => callId)).toEqual(['two'])
    expect(second.body.meta.hasNext).toBe(false)
    expect(await idsOf(`after=${first.meta.nextCursor}`)).toEqual(['two', 'one'])
    const cursor = `after=${first.meta.nextCursor}`
    const elsewhere = [
      await get(`/v1/events?${cursor}`),
      await get(`/v1/calls?${cursor}`, api.theirs.key, api.theirs.id),
    ]
    for (const { status, body } of elsewhere) expect([status, body.code]).toEqual([400, 'INVALID_CURSOR'])
  })

  test.each(['status=', 'agentId=x', `number=${'1'.repeat(257)}`, 'callId=one', 'number=1&number=2', 'number=%00'])(
    'with %s is refused',
    async (query) => expect((await get(`/v1/calls?${query}`)).status).toBe(400),
  )

  test('needs events:read', async () => {
    const key = await api.makeKey(api.ours.id, ['webhooks:read', 'events:write'])
    for (const url of ['/v1/calls', '/v1/calls/one']) expect((await get(url, key)).body.code).toBe('SCOPE_MISSING')
  })
})

describe('one call', () => {
  test('has its events in order, their deliveries and the attempts of these', async () => {
    const registered = await status('whole', 'registered')
    const completed = await publish('call.completed', { call_id: 'whole', call_status: 'ended' })
    const call = async () => (await get('/v1/calls/whole')).body
    const { events, ...summary } = await until(call, ({ deliveries }) => deliveries.success === 1)
    expect(summary).toMatchObject({
      callId: 'whole',
      status: 'ended',
      eventCount: 2,
      deliveries: { queued: 0, sending: 0, success: 1, failed: 0 },
      omitted: { events: 0, deliveries: 0, attempts: 0 },
    })
    expect(events.map(({ id, callStatus }: never) => [id, callStatus])).toEqual([
      [registered.id, 'registered'],
      [completed.id, 'ended'],
    ])
    expect(events[0].deliveries).toEqual([])
    const [delivery] = events[1].deliveries
    const { latestAttempts, ...row } = delivery
    const deliveries = await get(`/v1/webhooks/${webhookId}/deliveries?eventId=${completed.id}`)
    expect([row]).toEqual(deliveries.body.data)
    const attempts = await get(`/v1/webhooks/${webhookId}/deliveries/${row.id}/attempts`)
    const { requestHeaders: _, responseHeaders: __, responseBody: ___, ...attempt } = attempts.body.data[0]
    expect(latestAttempts).toEqual([attempt])
  })

  test('says what was left out of it', async () => {
    const batch = Array.from({ length: 120 }, () => ({ type: 'call.completed', data: { call_id: 'long' } }))
    await post('/v1/events/batch', { events: batch })
    const { body } = await get('/v1/calls/long')
    expect(body).toMatchObject({ eventCount: 120, eventCountIsExact: true, deliveries: null })
    expect(body.events.length).toBe(101)
    expect(body.omitted).toEqual({ signals: 0, events: 19, deliveries: 0, attempts: 0 })
  })

  test.each([
    "'; drop table events --",
    '../../webhooks',
    'a/b?c=d#e',
    '%2e%2e%2f',
    '%',
    'ñ🔔 \u2028',
    '日'.repeat(256),
    '🔔'.repeat(128),
    '__proto__',
    ':callId',
    '*',
  ])('is found by the id %j, percent-encoded', async (callId) => {
    expect((await status(callId, 'ongoing')).id).toBeDefined()
    const { status: code, body } = await get(`/v1/calls/${encodeURIComponent(callId)}`)
    expect([code, body.callId, body.status]).toEqual([200, callId, 'ongoing'])
  })

  test('of another workspace does not exist, like one that nobody ever made', async () => {
    await status('ours', 'ongoing')
    const theirs = await get('/v1/calls/ours', api.theirs.key, api.theirs.id)
    const nobodys = await get('/v1/calls/nobodys', api.theirs.key, api.theirs.id)
    expect(theirs).toMatchObject({ status: 404, body: { code: 'CALL_NOT_FOUND', details: { id: 'ours' } } })
    expect({ ...nobodys.body, details: {}, message: '' }).toEqual({ ...theirs.body, details: {}, message: '' })
    const spanish = await api.call({ url: '/v1/calls/nobodys', headers: { 'accept-language': 'es' } })
    expect(spanish.body.message).toBe('No existe ningún evento de la llamada nobodys en este workspace.')
  })

  test.each(['/v1/calls/', '/v1/calls/%00', `/v1/calls/${'x'.repeat(257)}`, '/v1/calls/%ff'])(
    'cannot be asked for as %s',
    async (url) => expect((await get(url)).status).toBe(400),
  )

  test('is gone after its erasure', async () => {
    await status('erased', 'ended')
    await post('/v1/erasures', { callId: 'erased' })
    expect((await get('/v1/calls/erased')).status).toBe(404)
    expect(await idsOf('limit=250')).not.toContain('erased')
  })
})
