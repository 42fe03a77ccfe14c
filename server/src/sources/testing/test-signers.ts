// Owns signing as each provider does it, by node:crypto alone: the providers' own packages check it (signatures.test.ts).
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto'
import type { SourceKind } from '@timbre/contract/source.ts'
import type { SourceRequest } from '../source-request.ts'

const telnyxKeys = generateKeyPairSync('ed25519')

/** A secret of each kind, as its provider's are; of Telnyx the public key. */
export const TEST_SECRETS: Readonly<Record<SourceKind, string>> = {
  retell: 'key_2d0c4f0b8a6e4c0f9f1b7c3a5d7e9f11',
  twilio: '1f2e3d4c5b6a79880f1e2d3c4b5a6978',
  vapi: 'vapi-server-secret-0123456789',
  telnyx: Buffer.from(telnyxKeys.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64'),
  elevenlabs: 'wsec_5a4b3c2d1e0f5a4b3c2d1e0f5a4b3c2d',
  livekit: 'livekitapisecretlivekitapisecretlivekit0',
  vonage: 'vonagesignaturesecretvonagesignature00',
  plivo: 'MzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEy',
  bland: 'bland-webhook-secret-0123456789',
  generic: 'generic-secret-0123456789',
}

export interface ToSign {
  readonly kind: SourceKind
  readonly url: string
  /** An object is sent as the provider sends it: JSON, or a form. */
  readonly payload: Readonly<Record<string, unknown>>
  readonly now: number
  readonly secret?: string
}

const FORM_KINDS: ReadonlySet<SourceKind> = new Set(['twilio', 'plivo'])

/** The request that the provider would make. */
export function signedBy({ kind, url, payload, now, secret = TEST_SECRETS[kind] }: ToSign): SourceRequest {
  const isForm = FORM_KINDS.has(kind)
  const text = isForm ? new URLSearchParams(payload as Record<string, string>).toString() : JSON.stringify(payload)
  const type = isForm
    ? 'application/x-www-form-urlencoded; charset=UTF-8'
    : kind === 'livekit'
      ? 'application/webhook+json'
      : 'application/json'
  const headers = { 'content-type': type, ...SIGN[kind]({ url, text, now, secret }) }
  return { method: 'POST', url, headers, body: Buffer.from(text) }
}

interface Signing {
  readonly url: string
  readonly text: string
  readonly now: number
  readonly secret: string
}

const seconds = (now: number) => Math.floor(now / 1000)
const hmac = (secret: string, signed: string, algorithm = 'sha256') => createHmac(algorithm, secret).update(signed)

const SIGN: Readonly<Record<SourceKind, (signing: Signing) => Record<string, string>>> = {
  retell: ({ text, now, secret }) => ({
    'x-retell-signature': `v=${now},d=${hmac(secret, `${text}${now}`).digest('hex')}`,
  }),
  twilio: ({ url, text, secret }) => ({
    'x-twilio-signature': hmac(secret, url + joined(text), 'sha1').digest('base64'),
  }),
  vapi: ({ text, now, secret }) => ({
    'x-timestamp': String(now),
    'x-signature': hmac(secret, `${now}.${text}`).digest('hex'),
  }),
  telnyx: ({ text, now }) => ({
    'telnyx-timestamp': String(seconds(now)),
    'telnyx-signature-ed25519': sign(null, Buffer.from(`${seconds(now)}|${text}`), telnyxKeys.privateKey).toString(
      'base64',
    ),
  }),
  elevenlabs: ({ text, now, secret }) => ({
    'elevenlabs-signature': `t=${seconds(now)},v0=${hmac(secret, `${seconds(now)}.${text}`).digest('hex')}`,
  }),
  livekit: ({ text, now, secret }) => ({
    authorization: token(secret, {
      iss: 'APItimbre',
      nbf: seconds(now),
      exp: seconds(now) + 300,
      sha256: createHash('sha256').update(text).digest('base64'),
    }),
  }),
  vonage: ({ text, now, secret }) => ({
    authorization: `Bearer ${token(secret, {
      iss: 'Vonage',
      iat: seconds(now),
      jti: 'c6e8b3f0',
      api_key: 'abcd1234',
      payload_hash: createHash('sha256').update(text).digest('hex'),
    })}`,
  }),
  plivo: ({ url, text, secret }) => ({
    'x-plivo-signature-v3-nonce': '05429567804466091622',
    'x-plivo-signature-v3': hmac(secret, `${plivoUrl(url, joined(text))}.05429567804466091622`).digest('base64'),
  }),
  bland: ({ text, secret }) => ({ 'x-webhook-signature': hmac(secret, text).digest('hex') }),
  generic: ({ text, secret }) => ({ 'x-signature': hmac(secret, text).digest('hex') }),
}

function joined(form: string): string {
  return [...new URLSearchParams(form)]
    .map(([name, value]) => name + value)
    .sort()
    .join('')
}

function plivoUrl(url: string, fields: string): string {
  const [base = '', query] = url.split('?', 2)
  return query === undefined ? `${url}?${fields}` : `${base}?${query.split('&').sort().join('&')}.${fields}`
}

function token(secret: string, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return `${signed}.${hmac(secret, signed).digest('base64url')}`
}
