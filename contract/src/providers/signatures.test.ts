import { createHash, createHmac } from 'node:crypto'
import { ElevenLabsClient } from '@elevenlabs/elevenlabs-js'
import { verifySignature } from '@vonage/jwt'
import { AccessToken, WebhookReceiver } from 'livekit-server-sdk'
import * as plivoPackage from 'plivo'
import Retell from 'retell-sdk'
import Telnyx from 'telnyx'
import twilioPackage from 'twilio'
import { describe, expect, it } from 'vitest'
import { SOURCE_KINDS, type SourceKind } from '../source.ts'
import { PROVIDER_SIGNATURES } from './provider-signatures.ts'
import { SAMPLE_START_MS, sampleCall } from './sample-calls.ts'
import type { SourceRequest } from './source-request.ts'
import { signedBy, TEST_SECRETS } from './testing/test-signers.ts'

const URL_OF = 'https://timbre.example/sources/abc'
/** The packages look at the real clock. */
const now = Date.now()

function request(kind: SourceKind, url = URL_OF, at = now): SourceRequest {
  const [payload = {}] = sampleCall(kind, 'CA0123456789abcdef0123456789abcdef')
  return signedBy({ kind, url, payload, now: at })
}

function verdict(kind: SourceKind, of: SourceRequest, secrets: readonly string[] = [TEST_SECRETS[kind]], at = now) {
  return PROVIDER_SIGNATURES[kind].verify(of, { secrets }, at)
}

const header = (of: SourceRequest, name: string) => of.headers[name] ?? ''
const text = (of: SourceRequest) => Buffer.from(of.body).toString()
const fields = (of: SourceRequest) => Object.fromEntries(new URLSearchParams(text(of)))
const withBody = (of: SourceRequest, body: string): SourceRequest => ({ ...of, body: Buffer.from(body) })
const withHeaders = (of: SourceRequest, headers: Record<string, string | undefined>): SourceRequest => ({
  ...of,
  headers: { ...of.headers, ...headers },
})

describe.each(SOURCE_KINDS)('%s', (kind) => {
  it('takes what is signed with any of its secrets', () => {
    expect(verdict(kind, request(kind))).toEqual({ isVerified: true })
    const old = kind === 'telnyx' ? Buffer.alloc(32, 7).toString('base64') : 'another-secret-of-long-ago'
    expect(verdict(kind, request(kind), [old, TEST_SECRETS[kind]])).toEqual({ isVerified: true })
  })

  it('names a signature that is missing, malformed, or made with another secret', () => {
    const signed = request(kind)
    const bare = { ...signed, headers: { 'content-type': signed.headers['content-type'] } }
    expect(verdict(kind, bare)).toMatchObject({ cause: 'no_signature' })
    const names = Object.keys(signed.headers).filter((name) => name !== 'content-type' && !/timestamp|nonce/.test(name))
    const broken = withHeaders(signed, Object.fromEntries(names.map((name) => [name, 'Bearer x'])))
    expect(verdict(kind, broken)).toMatchObject({ cause: 'malformed_signature' })
    const other = kind === 'telnyx' ? Buffer.alloc(32, 7).toString('base64') : 'another-secret-of-long-ago'
    expect(verdict(kind, signed, [other])).toMatchObject({ cause: 'wrong_secret' })
    expect(verdict(kind, signed, [])).toMatchObject({ cause: 'wrong_secret' })
  })

  it('refuses a body of which one byte was changed', () => {
    const signed = request(kind)
    const changed = withBody(
      signed,
      text(signed).replace(/[0-9](?=[^0-9]*$)/, (digit) => (digit === '1' ? '2' : '1')),
    )
    const cause = kind === 'livekit' || kind === 'vonage' ? 'body_changed' : 'wrong_secret'
    expect(verdict(kind, changed)).toMatchObject({ isVerified: false, cause })
  })

  it('tells a body that was formatted on the way from a wrong secret', () => {
    if (kind === 'twilio' || kind === 'plivo') return // of a form the fields are signed, not its bytes
    const signed = request(kind)
    const pretty = withBody(signed, JSON.stringify(JSON.parse(text(signed)), null, 2))
    // Vonage signs the JSON without white space, so that this one is still right.
    const expected = kind === 'vonage' ? { isVerified: true } : { isVerified: false, cause: 'body_changed' }
    expect(verdict(kind, pretty)).toMatchObject(expected)
  })

  it('refuses what is too old, or from the future, where a time is signed', () => {
    const hasTime = !['twilio', 'plivo', 'bland', 'generic'].includes(kind)
    const late = verdict(kind, request(kind), undefined, now + 3_600_000)
    expect(late).toEqual(hasTime ? expect.objectContaining({ cause: 'too_old' }) : { isVerified: true })
    const early = verdict(kind, request(kind), undefined, now - 3_600_000)
    expect(early).toEqual(hasTime ? expect.objectContaining({ cause: 'in_future' }) : { isVerified: true })
  })

  it('does not throw at a header of whatever form', () => {
    const signed = request(kind)
    for (const value of ['', ',', '=', 'v=,d=', 't=,v0=', 'a.b.c', '😀', 'x'.repeat(10_000), '....', 'Bearer ..']) {
      const names = Object.keys(signed.headers).filter((name) => name !== 'content-type')
      for (const name of names) expect(verdict(kind, withHeaders(signed, { [name]: value })).isVerified).toBe(false)
    }
  })
})

describe("the providers' own packages", () => {
  it('Retell: takes ours, and we take theirs', async () => {
    const ours = request('retell')
    const signature = header(ours, 'x-retell-signature')
    expect(await Retell.verify(text(ours), TEST_SECRETS.retell, signature)).toBe(true)
    const theirs = await Retell.sign(text(ours), TEST_SECRETS.retell)
    expect(verdict('retell', withHeaders(ours, { 'x-retell-signature': theirs }))).toEqual({ isVerified: true })
  })

  it('Twilio: takes ours, and we take theirs, with every spelling of the URL that it takes', () => {
    for (const url of [
      URL_OF,
      `${URL_OF}?a=1&b=it's`,
      'https://timbre.example:443/sources/abc',
      'https://timbre.example:8443/x',
    ]) {
      const ours = request('twilio', url)
      const signature = header(ours, 'x-twilio-signature')
      expect(twilioPackage.validateRequest(TEST_SECRETS.twilio, signature, url, fields(ours))).toBe(true)
      const theirs = twilioPackage.getExpectedTwilioSignature(TEST_SECRETS.twilio, url, fields(ours))
      for (const called of [url, url.replace('.example/', '.example:443/'), url.replace(':443', '')]) {
        const asked = withHeaders({ ...ours, url: called }, { 'x-twilio-signature': theirs })
        expect(verdict('twilio', asked)).toEqual({ isVerified: true })
      }
    }
  })

  it('Twilio: takes a value that is there twice once, a shared key by SHA-256, and JSON by its hash', () => {
    const form = 'CallSid=CA1&StatusCallbackEvent=ringing&StatusCallbackEvent=answered&StatusCallbackEvent=ringing'
    const twice = { ...request('twilio'), body: Buffer.from(form) }
    const params = { CallSid: 'CA1', StatusCallbackEvent: ['ringing', 'answered', 'ringing'] }
    const shared = twilioPackage.getExpectedTwilioSignature(TEST_SECRETS.twilio, URL_OF, params, 'HMAC_SHA256')
    const settings = 'key=webhooks_sharedkey_1,algorithm=HMAC_SHA256'
    const signed = { 'x-twilio-signature': shared, 'x-twilio-webhooks-signature-settings': settings }
    expect(verdict('twilio', withHeaders(twice, signed))).toEqual({ isVerified: true })
    const unknown = { ...signed, 'x-twilio-webhooks-signature-settings': 'key=x,algorithm=MD5' }
    expect(verdict('twilio', withHeaders(twice, unknown))).toMatchObject({ cause: 'unknown_algorithm' })

    const body = '{"CallSid":"CA1"}'
    const url = `${URL_OF}?bodySHA256=${createHash('sha256').update(body).digest('hex')}`
    const signature = twilioPackage.getExpectedTwilioSignature(TEST_SECRETS.twilio, url, {})
    const headers = { 'content-type': 'application/json', 'x-twilio-signature': signature }
    const json: SourceRequest = { method: 'POST', url, headers, body: Buffer.from(body) }
    expect(twilioPackage.validateRequestWithBody(TEST_SECRETS.twilio, signature, url, body)).toBe(true)
    expect(verdict('twilio', json)).toEqual({ isVerified: true })
    expect(verdict('twilio', withBody(json, '{"CallSid":"CA2"}'))).toMatchObject({ cause: 'body_changed' })
    expect(verdict('twilio', { ...json, url: URL_OF })).toMatchObject({ cause: 'no_body_hash' })
  })

  it.each(['twilio', 'plivo'] as const)('%s: names the URL that was signed, when a proxy has changed it', (kind) => {
    const signed = request(kind, 'https://timbre.example/sources/abc?b=2&a=1')
    const inside = { ...signed, url: 'http://timbre.example/sources/abc?b=2&a=1' }
    const detail = expect.stringMatching(/^https:\/\/timbre\.example\/sources\/abc\?/)
    expect(verdict(kind, inside)).toMatchObject({ cause: 'wrong_url', detail })
    const behind = { ...signed, url: 'https://10.0.0.7:8080/sources/abc?b=2&a=1' }
    const forwarded = withHeaders(behind, { 'x-forwarded-host': 'timbre.example' })
    expect(verdict(kind, forwarded)).toMatchObject({ cause: 'wrong_url' })
  })

  it('Telnyx: takes ours', async () => {
    const ours = request('telnyx')
    const client = new Telnyx({ apiKey: 'KEY0' })
    const headers = { ...ours.headers } as Record<string, string>
    const event = await client.webhooks.unwrap(text(ours), { headers, key: TEST_SECRETS.telnyx })
    expect(event).toMatchObject({ data: { event_type: 'call.initiated' } })
    const changed = withBody(ours, text(ours).replace('call.initiated', 'call.answered'))
    await expect(client.webhooks.unwrap(text(changed), { headers, key: TEST_SECRETS.telnyx })).rejects.toThrow()
    expect(verdict('telnyx', changed)).toMatchObject({ isVerified: false })
  })

  it('ElevenLabs: takes ours', async () => {
    const ours = request('elevenlabs')
    const client = new ElevenLabsClient({ apiKey: 'none' })
    const signature = header(ours, 'elevenlabs-signature')
    const event = await client.webhooks.constructEvent(text(ours), signature, TEST_SECRETS.elevenlabs)
    expect(event).toMatchObject({ type: 'post_call_transcription' })
  })

  it('LiveKit: takes ours, and we take theirs', async () => {
    const ours = request('livekit')
    const receiver = new WebhookReceiver('APItimbre', TEST_SECRETS.livekit)
    expect(await receiver.receive(text(ours), header(ours, 'authorization'))).toMatchObject({ event: 'room_started' })
    const token = new AccessToken('APItimbre', TEST_SECRETS.livekit, { ttl: 300 })
    token.sha256 = createHash('sha256').update(ours.body).digest('base64')
    expect(verdict('livekit', withHeaders(ours, { authorization: await token.toJwt() }))).toEqual({ isVerified: true })
    const participant = new AccessToken('APItimbre', TEST_SECRETS.livekit, { ttl: 300, identity: 'ana' })
    participant.addGrant({ roomJoin: true, room: 'call-1' })
    const joining = withHeaders(ours, { authorization: await participant.toJwt() })
    expect(verdict('livekit', joining)).toMatchObject({ cause: 'no_body_hash' })
  })

  it('Vonage: takes ours; and a token with another algorithm is refused', () => {
    const ours = request('vonage')
    const token = header(ours, 'authorization').slice('Bearer '.length)
    expect(verifySignature(token, TEST_SECRETS.vonage)).toBe(true)
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const none = `Bearer ${part({ alg: 'none' })}.${part({ iat: 1 })}.AAAA`
    expect(verdict('vonage', withHeaders(ours, { authorization: none }))).toMatchObject({ cause: 'unknown_algorithm' })
  })

  it('Plivo: takes ours with and without a query, and several signatures', () => {
    for (const url of [URL_OF, `${URL_OF}?a=1&b=2`]) {
      const ours = request('plivo', url)
      const [nonce, signature] = [header(ours, 'x-plivo-signature-v3-nonce'), header(ours, 'x-plivo-signature-v3')]
      const secret = TEST_SECRETS.plivo
      expect(plivoPackage.validateV3Signature('POST', url, nonce, secret, signature, fields(ours))).toBe(true)
      const several = withHeaders(ours, {
        'x-plivo-signature-v3': `${Buffer.alloc(32).toString('base64')},${signature}`,
      })
      expect(verdict('plivo', several)).toEqual({ isVerified: true })
    }
  })
})

describe('what is declared', () => {
  it('Vapi: takes the secret as it is, as a header or a bearer token, unless an HMAC is declared', () => {
    const { body, url } = request('vapi')
    for (const headers of [{ 'x-vapi-secret': TEST_SECRETS.vapi }, { authorization: `Bearer ${TEST_SECRETS.vapi}` }]) {
      const plain: SourceRequest = { method: 'POST', url, headers, body }
      expect(verdict('vapi', plain)).toEqual({ isVerified: true })
      expect(verdict('vapi', plain, ['another'])).toMatchObject({ cause: 'wrong_secret' })
      const strict = PROVIDER_SIGNATURES.vapi.verify(
        plain,
        { secrets: [TEST_SECRETS.vapi], hmac: { algorithm: 'sha256' } },
        now,
      )
      expect(strict).toMatchObject({ cause: 'no_signature' })
    }
  })

  it('generic: takes its algorithm, its headers, its format and its encoding', () => {
    const secret = Buffer.from('raw key')
    const [body, time] = ['{"call_id":"c1"}', String(Math.floor(now / 1000))]
    const digest = createHmac('sha512', secret).update(`POST ${URL_OF}\n${time}.${body}`).digest('base64')
    const headers = { 'content-type': 'application/json', 'x-sig': `v1=${digest}`, 'x-time': time }
    const asked: SourceRequest = { method: 'POST', url: URL_OF, headers, body: Buffer.from(body) }
    const hmac = {
      algorithm: 'sha512',
      signatureHeader: 'X-Sig',
      prefix: 'v1=',
      encoding: 'base64',
      timestampHeader: 'X-Time',
      payloadFormat: '{method} {url}\n{timestamp}.{body}',
      secretIsBase64: true,
      toleranceSeconds: 60,
    } as const
    const keys = { secrets: [secret.toString('base64')], hmac }
    expect(PROVIDER_SIGNATURES.generic.verify(asked, keys, now)).toEqual({ isVerified: true })
    expect(PROVIDER_SIGNATURES.generic.verify(asked, keys, now + 120_000)).toMatchObject({ cause: 'too_old' })
    const moved = { ...asked, url: `${URL_OF}/` }
    expect(PROVIDER_SIGNATURES.generic.verify(moved, keys, now)).toMatchObject({ cause: 'wrong_secret' })
  })

  it('Telnyx: takes a signature over the bytes alone, and no key that is none', () => {
    const ours = request('telnyx', URL_OF, SAMPLE_START_MS)
    expect(verdict('telnyx', ours, ['not a key', TEST_SECRETS.telnyx], SAMPLE_START_MS)).toEqual({ isVerified: true })
  })
})
