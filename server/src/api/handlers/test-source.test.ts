// Testing a source: the messages of a call of its provider go the way of its own, and say that they are of a test.
import { SAMPLE_ENDS, SOURCE_KINDS } from '@timbre/contract/source.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'
import { makeSource } from '../testing/test-sources.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
  const body = { url: 'https://receiver.invalid/hook', eventKeys: ['call.completed', 'call.error'] }
  await api.call({ method: 'POST', url: '/v1/webhooks', body })
})
afterAll(() => api.stop())

const testOf = (id: string, body: object = {}, more: object = {}) =>
  api.call({ method: 'POST', url: `/v1/sources/${id}/test`, body, ...more })

describe.each(SOURCE_KINDS)('%s', (kind) => {
  test.each(SAMPLE_ENDS)('makes a call that is %s, signed as the provider signs', async (outcome) => {
    const { id } = await makeSource(api, kind)
    const { status, body } = await testOf(id, { outcome })
    expect([status, body.cause, body.message]).toEqual([200, null, null])
    expect(body.callId).toMatch(/^timbre-test-/)
    expect(body.signedWith).toBe(kind === 'telnyx' ? 'test_key' : 'secret')
    expect(body.signals.length).toBeGreaterThan(0)
    const end = outcome === 'failed' ? 'call.error' : 'call.completed'
    // That nobody came into the room is concluded by the clock.
    const isConcluded = kind === 'livekit' && outcome === 'unanswered'
    const ends = body.events.filter(({ type }: { type: string }) => type !== 'call.status.updated')
    expect(ends).toMatchObject(isConcluded ? [] : [{ type: end, deliveryCount: 1 }])
    const event = (await api.call({ url: `/v1/events/${body.events[0].id}` })).body
    expect(event.data.provider).toMatchObject({ name: kind, is_test: true })
    expect((await api.call({ url: `/v1/calls/${body.callId}` })).body.signals).toEqual(body.signals)
    // Of the provider nothing was heard yet.
    expect((await api.call({ url: `/v1/sources/${id}` })).body.lastSignalAt).toBeNull()
  })
})

describe('a test of a source', () => {
  test('goes by what the source declares, and by its map of agents', async () => {
    const agentId = '3c90c3cc-0d44-4b50-8888-8dd25736052a'
    const { id } = await makeSource(api, 'generic', {
      verification: {
        signatureHeader: 'X-PBX',
        prefix: 'v1=',
        timestampHeader: 'X-PBX-Time',
        payloadFormat: '{timestamp}.{body}',
      },
      fields: { callId: '/call/id', status: '/call/state', statuses: { UP: 'ongoing', DOWN: 'ended' } },
    })
    const { body } = await testOf(id)
    expect(body.signals.map(({ event }: { event: string }) => event)).toEqual(['UP', 'DOWN'])
    const twilio = await makeSource(api, 'twilio', { agentMap: { '+12137771234': agentId } })
    expect((await testOf(twilio.id)).body.events[0]).toMatchObject({ agentId })
  })

  test('says why nothing came of it, where what is declared fits no call', async () => {
    const fields = { callId: '/id', status: '/s', statuses: {} }
    const { body } = await testOf((await makeSource(api, 'generic', { fields })).id)
    expect(body).toMatchObject({ cause: null, signals: [], events: [] })
  })

  test('is done once for one Idempotency-Key, needs sources:write, and is nobody else’s', async () => {
    const { id } = await makeSource(api, 'bland')
    const headers = { 'idempotency-key': 'test-of-a-source' }
    const [first, again] = [await testOf(id, {}, { headers }), await testOf(id, {}, { headers })]
    expect(again.body.callId).toBe(first.body.callId)
    const signals = (await api.call({ url: `/v1/sources/${id}/signals` })).body.data
    expect(signals).toEqual(first.body.signals)
    const key = await api.makeKey(api.ours.id, ['sources:read'])
    expect((await testOf(id, {}, { key })).body.code).toBe('SCOPE_MISSING')
    const { theirs } = api
    expect((await testOf(id, {}, { key: theirs.key, workspace: theirs.id })).status).toBe(404)
    const elsewhere = { key: theirs.key, workspace: theirs.id }
    expect((await api.call({ url: `/v1/sources/${id}/signals`, ...elsewhere })).status).toBe(404)
  })
})
