import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { sampleCall } from '@timbre/contract/providers/sample-calls.ts'
import { TEST_SECRETS } from '@timbre/contract/providers/testing/test-signers.ts'
import { SAMPLE_ENDS, SOURCE_KINDS } from '@timbre/contract/source.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../../../test/support/until.ts'
import { type ApiUnderTest, OPEN_DOOR, startApi } from '../testing/test-api.ts'
import { makeSource, PUBLIC_URL, post, signed } from '../testing/test-sources.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const refusals = async (id: string) => (await api.call({ url: `/v1/sources/${id}/requests` })).body.data
const eventsOf = async (callId: string) => (await api.call({ url: `/v1/events?callId=${callId}&limit=250` })).body.data

describe('a source', () => {
  test('is made, shown without its secret, changed, and deleted', async () => {
    const agentMap = { '+12137771234': '3c90c3cc-0d44-4b50-8888-8dd25736052a' }
    const made = await makeSource(api, 'twilio', { agentMap, apiKey: 'another-secret-of-the-api' })
    expect(made).toMatchObject({ kind: 'twilio', agentMap, hasApiKey: true, lastSignalAt: null, publicUrl: PUBLIC_URL })
    expect(made.url).toMatch(/^https:\/\/hooks\.example\.com\/sources\/[A-Za-z0-9_-]{54}$/)
    expect((await api.call({ url: `/v1/sources/${made.id}` })).body).toEqual(made)
    expect((await api.call({ url: '/v1/sources' })).body.data).toContainEqual(made)
    const changed = await api.call({
      method: 'PATCH',
      url: `/v1/sources/${made.id}`,
      body: { name: 'other', secret: 'fedcba9876543210', publicUrl: null, apiKey: null },
    })
    expect(changed.body).toMatchObject({ name: 'other', hasApiKey: false, publicUrl: null, agentMap })
    expect(changed.body.secretPreview).toBe('****************3210')
    expect(changed.body.previousSecretExpiresAt).not.toBeNull()
    expect(api.dump() + api.logged()).not.toContain(TEST_SECRETS.twilio)
    expect(api.dump()).not.toContain('another-secret-of-the-api')
    expect((await api.call({ method: 'DELETE', url: `/v1/sources/${made.id}` })).status).toBe(204)
    expect((await api.call({ url: `/v1/sources/${made.id}` })).status).toBe(404)
    expect((await post(api, signed('twilio', made.url, { CallSid: 'CA1' }))).status).toBe(404)
  })

  test('is nobody else’s, and wants its own scopes', async () => {
    const { id } = await makeSource(api, 'retell')
    const { theirs, ours } = api
    expect((await api.call({ url: `/v1/sources/${id}`, key: theirs.key, workspace: theirs.id })).status).toBe(404)
    const key = await api.makeKey(ours.id, ['webhooks:write', 'sources:read'])
    expect((await api.call({ url: `/v1/sources/${id}`, key })).status).toBe(200)
    const refused = await api.call({ method: 'DELETE', url: `/v1/sources/${id}`, key })
    expect(refused.body).toMatchObject({ code: 'SCOPE_MISSING', details: { scope: 'sources:write' } })
  })

  test.each(['not a url', 'ftp://example.com', 'https://a:b@example.com', 'https://example.com/?a=1'])(
    'does not take %s for its public URL',
    async (publicUrl) => {
      const body = { name: 'n', kind: 'retell', secret: 'key_0123456789', publicUrl }
      const refused = await api.call({ method: 'POST', url: '/v1/sources', body })
      expect(refused.body).toMatchObject({ code: 'INVALID_INPUT', details: { issues: [{ path: '/publicUrl' }] } })
    },
  )
})

describe.each(SOURCE_KINDS)('%s', (kind) => {
  test.each(SAMPLE_ENDS)('a call that is %s becomes events, with one end', async (end) => {
    const { id, url } = await makeSource(api, kind)
    const callId = `${kind}-${end}`
    for (const payload of sampleCall(kind, callId, end)) {
      const request = signed(kind, url, payload)
      expect((await post(api, request)).status).toBe(200)
      // As a provider does that has not heard the response.
      expect((await post(api, request)).status).toBe(200)
    }
    const types = (await eventsOf(callId)).map(({ type }: { type: string }) => type)
    const status = types.filter((type: string) => type === 'call.status.updated')
    const ends = types.filter((type: string) => type === 'call.completed' || type === 'call.error')
    expect(types).toHaveLength(status.length + ends.length)
    expect(status.length).toBeGreaterThan(0)
    // That nobody came into the room is concluded from what has not come: the clock ends it (source-watchdog.test.ts).
    const isConcluded = kind === 'livekit' && end === 'unanswered'
    expect(ends).toEqual(isConcluded ? [] : [end === 'failed' ? 'call.error' : 'call.completed'])
    expect((await api.call({ url: `/v1/sources/${id}` })).body.lastSignalAt).not.toBeNull()
    expect(await refusals(id)).toEqual([])
  })
})

describe('a request of a provider', () => {
  test('is delivered to the webhooks of the agent that the source maps it to', async () => {
    const agentId = '3c90c3cc-0d44-4b50-8888-8dd25736052a'
    const { url } = await makeSource(api, 'retell', { agentMap: { oBeDLoLOeuAbiuaMFXRtDOLriTJ5tSxD: agentId } })
    const body = { url: 'https://receiver.invalid/hook', agentId, eventKeys: ['call.completed'] }
    const webhook = (await api.call({ method: 'POST', url: '/v1/webhooks', body })).body
    for (const payload of sampleCall('retell', 'mapped')) await post(api, signed('retell', url, payload))
    const { data } = (await api.call({ url: `/v1/webhooks/${webhook.id}/deliveries` })).body
    expect(data).toMatchObject([{ eventKey: 'call.completed' }])
    const delivery = (await api.call({ url: `/v1/webhooks/${webhook.id}/deliveries/${data[0].id}` })).body
    expect(delivery.requestBody.data).toMatchObject({
      call_id: 'mapped',
      call_status: 'ended',
      agent_id: agentId,
      duration_ms: 10_000,
      recording_url: 'https://retell.example/r.wav',
      transcript: 'Agent: hola',
      provider: { name: 'retell', call_analysis: { call_successful: true } },
    })
  })

  test('that is refused is kept with its cause and without a secret, in the language of whoever looks', async () => {
    const { id, url } = await makeSource(api, 'vapi')
    const request = signed('vapi', url, { message: { type: 'status-update' } }, 'another secret that is wrong')
    const headers = { authorization: 'Bearer topsecret-0123456789', 'x-own': 'topsecret-0123456789' }
    const refused = await post(api, request, headers)
    expect(refused.status).toBe(401)
    expect(refused.body).toMatchObject({ code: 'SIGNATURE_REFUSED', details: { cause: 'wrong_secret' } })
    const [kept] = await refusals(id)
    expect(kept).toMatchObject({ cause: 'wrong_secret', unkept: 0, body: expect.stringContaining('status-update') })
    expect(kept.headers).toMatchObject({ authorization: '(not shown)', 'x-own': '(not shown)' })
    expect(api.dump() + api.logged()).not.toContain('topsecret')
    const spanish = await api.call({ url: `/v1/sources/${id}/requests`, headers: { 'accept-language': 'es' } })
    expect(spanish.body.data[0].message).toContain('ningún secreto')
    // At most one a second is kept, so that nobody fills the disk.
    for (let count = 0; count < 5; count++) await post(api, request)
    expect((await refusals(id)).length).toBeLessThan(4)
  })

  test('says which URL was signed, when it is not the one of the source', async () => {
    const { id, url } = await makeSource(api, 'twilio')
    const inside = url.replace('https://', 'http://')
    const [payload = {}] = sampleCall('twilio', 'CA-url')
    expect((await post(api, { ...signed('twilio', inside, payload), url })).status).toBe(401)
    expect(await refusals(id)).toMatchObject([{ cause: 'wrong_url', detail: inside }])
  })

  test('is taken with the secret before, until its time has ended', async () => {
    const { id, url } = await makeSource(api, 'bland')
    const rotate = (overlapHours: number, secret: string) =>
      api.call({ method: 'PATCH', url: `/v1/sources/${id}`, body: { secret, overlapHours } })
    await rotate(1, 'the-second-secret')
    const life = (callId: string) => sampleCall('bland', callId)[0] ?? {}
    expect((await post(api, signed('bland', url, life('b1')))).status).toBe(200)
    expect((await post(api, signed('bland', url, life('b2'), 'the-second-secret'))).status).toBe(200)
    await rotate(0, 'the-third-secret')
    expect((await post(api, signed('bland', url, life('b3'), 'the-second-secret'))).status).toBe(401)
    expect((await post(api, signed('bland', url, life('b3')))).status).toBe(200)
  })

  test('that asks for instructions, or cannot be read, is told so and not swallowed', async () => {
    const { id, url } = await makeSource(api, 'vapi')
    const asks = await post(api, signed('vapi', url, { message: { type: 'assistant-request' } }))
    expect(asks).toMatchObject({ status: 422, body: { code: 'MESSAGE_NEEDS_ANSWER' } })
    expect((await refusals(id))[0]).toMatchObject({ cause: 'needs_answer', detail: 'assistant-request' })
    const bland = await makeSource(api, 'bland')
    const list = signed('bland', bland.url, [1] as unknown as Record<string, unknown>)
    expect(await post(api, list)).toMatchObject({ status: 400, body: { code: 'INVALID_JSON' } })
  })

  test('that is too large is refused before it is read, and kept with what to do', async () => {
    const { id, url } = await makeSource(api, 'telnyx')
    const large = signed('telnyx', url, { data: 'x'.repeat(300 * 1024) })
    expect(await post(api, large)).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } })
    expect(await refusals(id)).toMatchObject([{ cause: 'too_large', body: '' }])
    // A report with a transcript, word by word, is as long.
    const retell = await makeSource(api, 'retell')
    const call = { call_id: 'long', call_status: 'ended', transcript_object: 'x'.repeat(600 * 1024) }
    expect((await post(api, signed('retell', retell.url, { event: 'call_analyzed', call }))).status).toBe(200)
    expect(await eventsOf('long')).toHaveLength(2)
  })

  test('may come in chunks, and not encoded', async () => {
    const { url } = await makeSource(api, 'elevenlabs')
    const [payload = {}] = sampleCall('elevenlabs', 'chunked')
    const request = signed('elevenlabs', url, payload)
    const { port } = api.app.server.address() as AddressInfo // a request was sent before
    const body = new Blob([request.body as Uint8Array<ArrayBuffer>]).stream()
    const headers = request.headers as Record<string, string>
    const chunked = { method: 'POST', headers, body, duplex: 'half' } as RequestInit
    expect((await fetch(`http://127.0.0.1:${port}${new URL(url).pathname}`, chunked)).status).toBe(200)
    expect(await eventsOf('chunked')).toHaveLength(2)
    const zipped = { ...request, body: gzipSync(request.body) }
    expect((await post(api, zipped, { 'content-encoding': 'gzip' })).status).toBe(415)
  })

  test('that nobody’s token fits is nobody’s, and its body is not read', async () => {
    const { url } = await makeSource(api, 'retell')
    for (const wrong of [
      `${url.slice(0, -1)}_`,
      url.slice(0, -1),
      `${PUBLIC_URL}/sources/`,
      `${PUBLIC_URL}/sources/a/b`,
    ]) {
      const response = await post(api, signed('retell', wrong, { event: 'call_started' }))
      expect(response).toMatchObject({ status: 404, body: { code: 'SOURCE_NOT_FOUND' } })
    }
    expect((await api.call({ url: new URL(url).pathname, key: null })).status).toBe(404)
    expect(api.logged()).not.toContain(new URL(url).pathname)
  })

  test('of one call that comes at once with others of it is put in order', async () => {
    const { url } = await makeSource(api, 'twilio')
    const life = sampleCall('twilio', 'CA-at-once')
    const requests = [...life, ...life].map((payload) => signed('twilio', url, payload)).reverse()
    expect(
      new Set((await Promise.all(requests.map((request) => post(api, request)))).map(({ status }) => status)),
    ).toEqual(new Set([200]))
    const types = (await eventsOf('CA-at-once')).map(({ type }: { type: string }) => type)
    expect(types.filter((type: string) => type === 'call.completed')).toHaveLength(1)
  })

  test('of an erased call leaves nothing', async () => {
    const { url } = await makeSource(api, 'bland')
    await post(api, signed('bland', url, sampleCall('bland', 'to-be-erased')[0] ?? {}))
    expect(api.dump()).toContain('to-be-erased')
    await api.call({ method: 'POST', url: '/v1/erasures', body: { callId: 'to-be-erased' } })
    expect(api.dump()).not.toContain('to-be-erased')
  })
})

test('a source has the limit that a workspace has for publishing', async () => {
  const limited = await startApi({
    frontDoor: { ...OPEN_DOOR, requestsPerSecond: { publish: 1, read: 0, manage: 0, test: 0 } },
  })
  const body = { name: 'n', kind: 'bland', secret: TEST_SECRETS.bland, publicUrl: PUBLIC_URL }
  const { url } = (await limited.call({ method: 'POST', url: '/v1/sources', body })).body
  const statuses = new Set<number>()
  const ask = async () => {
    const { headers, body: bytes } = signed('bland', url, sampleCall('bland', `b${statuses.size}`)[0] ?? {})
    const all = { key: null, workspace: null, headers: headers as Record<string, string>, body: bytes }
    statuses.add((await limited.send({ method: 'POST', url: new URL(url).pathname, ...all })).status)
    return statuses
  }
  await until(ask, () => statuses.has(429))
  expect(statuses.has(200)).toBe(true)
  await limited.stop()
})
