// Calls that a source tells of, through the API: where they stand, why they ended, and the signals that say so.

import { sampleCall } from '@timbre/contract/providers/sample-calls.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'
import { makeSource, post, signed } from '../testing/test-sources.ts'

let api: ApiUnderTest
let twilio: { readonly id: string; readonly url: string }

beforeAll(async () => {
  api = await startApi()
  twilio = await makeSource(api, 'twilio')
  const retell = await makeSource(api, 'retell')
  for (const payload of sampleCall('twilio', 'CA-ended')) await post(api, signed('twilio', twilio.url, payload))
  for (const payload of sampleCall('twilio', 'CA-open').slice(0, 3))
    await post(api, signed('twilio', twilio.url, payload))
  for (const payload of sampleCall('retell', 'failed', 'failed')) await post(api, signed('retell', retell.url, payload))
  await api.call({
    method: 'POST',
    url: '/v1/events',
    body: { type: 'call.completed', data: { call_id: 'published', call_status: 'ended', disconnection_reason: 'own' } },
  })
})
afterAll(() => api.stop())

const get = (url: string, key = api.ours.key, workspace = api.ours.id) => api.call({ url, key, workspace })
const idsOf = async (query: string) =>
  (await get(`/v1/calls?${query}`)).body.data.map(({ callId }: { callId: string }) => callId)

describe('a list of calls', () => {
  test('says where each stands by its source, why it ended, and how much was said of it', async () => {
    const { data } = (await get('/v1/calls')).body
    const said = (callId: string) => data.find((call: { callId: string }) => call.callId === callId)
    expect(said('CA-ended')).toMatchObject({
      state: 'ended',
      provider: 'twilio',
      endReason: 'completed',
      signalCount: 5,
    })
    expect(said('CA-open')).toMatchObject({ state: 'ongoing', provider: 'twilio', endReason: null, signalCount: 3 })
    const reason = 'error_llm_websocket_open'
    expect(said('failed')).toMatchObject({ state: 'error', provider: 'retell', endReason: reason, signalCount: 2 })
    // No source told of it.
    expect(said('published')).toMatchObject({ state: null, provider: null, endReason: 'own', signalCount: 0 })
  })

  test.each([
    ['provider=twilio', ['CA-open', 'CA-ended']],
    ['state=ongoing', ['CA-open']],
    ['state=ended', ['CA-ended']],
    ['provider=retell&state=error', ['failed']],
    ['provider=vapi', []],
    ['provider=twilio&status=ended', ['CA-ended']],
  ])('with %s has %j', async (query, expected) => expect(await idsOf(query)).toEqual(expected))

  test('comes in pages with these filters', async () => {
    const first = (await get('/v1/calls?provider=twilio&limit=1')).body
    expect(first).toMatchObject({ data: [{ callId: 'CA-open' }], meta: { hasNext: true } })
    const second = (await get(`/v1/calls?provider=twilio&limit=1&after=${first.meta.nextCursor}`)).body
    expect(second.data).toMatchObject([{ callId: 'CA-ended' }])
  })

  test.each(['state=resting', 'provider=nobody', 'state='])('with %s is refused', async (query) => {
    expect((await get(`/v1/calls?${query}`)).status).toBe(400)
  })
})

describe('one call', () => {
  test('has its signals in the order in which they came, each once', async () => {
    const { body } = await get('/v1/calls/CA-ended')
    expect(body).toMatchObject({ state: 'ended', provider: 'twilio', signalCount: 5, omitted: { signals: 0 } })
    const events = body.signals.map(({ event, state }: never) => [event, state])
    expect(events).toEqual([
      ['initiated', 'registered'],
      ['ringing', 'registered'],
      ['in-progress', 'ongoing'],
      ['completed', 'ended'],
      ['recording.completed', null],
    ])
    expect(body.signals[2]).toMatchObject({
      sourceId: twilio.id,
      callId: 'CA-ended',
      occurredAt: '2026-03-01T10:00:02.000Z',
      payload: expect.stringContaining('CallStatus=in-progress'),
    })
  })

  test('with more signals than are shown says how many are left out', async () => {
    const steps = Array.from({ length: 110 }, (_, sequence) => sequence)
    for (const sequence of steps) {
      const step = { CallSid: 'CA-long', CallStatus: 'ringing', SequenceNumber: String(sequence), Timestamp: '' }
      await post(api, signed('twilio', twilio.url, step))
    }
    const { body } = await get('/v1/calls/CA-long')
    expect(body.signals).toHaveLength(100)
    expect(body.signals.at(-1).payload).toContain('SequenceNumber=109')
    expect(body).toMatchObject({ signalCount: 110, omitted: { signals: 10 } })
  })

  test('has none in another workspace, though its id is the same', async () => {
    const { theirs } = api
    const body = { type: 'call.completed', data: { call_id: 'CA-ended' } }
    await api.call({ method: 'POST', url: '/v1/events', body, key: theirs.key, workspace: theirs.id })
    const call = await get('/v1/calls/CA-ended', theirs.key, theirs.id)
    expect(call.body).toMatchObject({ state: null, provider: null, signalCount: 0, signals: [] })
  })

  test('has nothing of its source any more once it was erased', async () => {
    for (const payload of sampleCall('twilio', 'CA-erased')) await post(api, signed('twilio', twilio.url, payload))
    await api.call({ method: 'POST', url: '/v1/erasures', body: { callId: 'CA-erased' } })
    expect((await get('/v1/calls/CA-erased')).status).toBe(404)
    await api.call({
      method: 'POST',
      url: '/v1/events',
      body: { type: 'call.completed', data: { call_id: 'CA-erased' } },
    })
    const again = (await get('/v1/calls/CA-erased')).body
    expect(again).toMatchObject({ state: null, provider: null, signalCount: 0, signals: [] })
  })
})
