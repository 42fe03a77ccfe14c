// Owns the signature of Plivo: `X-Plivo-Signature-V3`, HMAC-SHA256 of URL, sorted fields and nonce.
// From docs.plivo.com/docs/voice/concepts/callback-configurations and plivo-node's v3Security.
import type { ProviderSignature, SigningKey, SourceKeys } from './provider-signature.ts'
import { digestBytes, hmac, isSignedWith } from './signatures.ts'
import { formFields, isForm, type SourceRequest } from './source-request.ts'
import { otherUrls } from './url-spellings.ts'
import { refused, VERIFIED, type Verdict } from './verdict.ts'

export const plivoSignature: ProviderSignature = { verify, sign }

const SIGNATURES_MAX = 10

function verify(request: SourceRequest, { secrets }: SourceKeys): Verdict {
  const { headers } = request
  // The second is of the main account, where a subaccount makes the call.
  const header = headers['x-plivo-signature-v3'] ?? headers['x-plivo-signature-ma-v3']
  const nonce = headers['x-plivo-signature-v3-nonce']
  if (header === undefined || nonce === undefined) return refused('no_signature')
  const given = header
    .split(',')
    .slice(0, SIGNATURES_MAX)
    .map((one) => digestBytes(one.trim(), 'base64'))
  const digests = given.filter((digest) => digest !== undefined)
  if (digests.length === 0) return refused('malformed_signature')
  const fields = isForm(request) ? formFields(request) : []
  if (fields === undefined) return refused('not_readable')
  const holds = (url: string) => {
    const signed = `${signedUrl(url, fields)}.${nonce}`
    return digests.some((digest) => isSignedWith(secrets, digest, 'sha256', [signed]))
  }
  if (holds(request.url)) return VERIFIED
  const signed = otherUrls(request).find(holds)
  return signed === undefined ? refused('wrong_secret') : refused('wrong_url', signed)
}

/** `url?sortedquery.fields`, or `url?fields` where there is no query, as the package writes it. */
function signedUrl(url: string, fields: readonly (readonly [string, string])[]): string {
  const [base = '', query = ''] = url.split('?', 2)
  const sortedQuery = sorted([...new URLSearchParams(query)]).map(([name, value]) => `${name}=${value}`)
  const joined = sorted(fields).map(([name, value]) => name + value)
  const mark = sortedQuery.length > 0 || joined.length > 0 ? '?' : ''
  const dot = sortedQuery.length > 0 && joined.length > 0 ? '.' : ''
  return `${base}${mark}${sortedQuery.join('&')}${dot}${joined.join('')}`
}

function sorted(fields: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return [...fields].sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
}

function sign(request: SourceRequest, { secret }: SigningKey, now: number): Record<string, string> {
  const nonce = String(now).padStart(20, '0')
  const signed = `${signedUrl(request.url, formFields(request) ?? [])}.${nonce}`
  const digest = hmac('sha256', secret, [signed]).toString('base64')
  return { 'x-plivo-signature-v3-nonce': nonce, 'x-plivo-signature-v3': digest }
}
