// Owns the signature of Twilio: `X-Twilio-Signature`, HMAC of the full URL and the sorted fields, or of the URL alone where it has
// the body's hash. From twilio.com/docs/usage/webhooks/webhooks-security and /webhook-shared-keys, and twilio-node's webhooks.
import { bodySha256 } from './fields.ts'
import type { ProviderSignature, SigningKey, SourceKeys } from './provider-signature.ts'
import { digestBytes, type HmacAlgorithm, hmac, isSame, isSignedWith } from './signatures.ts'
import { formFields, isForm, type SourceRequest } from './source-request.ts'
import { otherUrls, withOtherPort } from './url-spellings.ts'
import { refused, VERIFIED, type Verdict } from './verdict.ts'

export const twilioSignature: ProviderSignature = { verify, sign }

const ALGORITHMS: Readonly<Record<string, HmacAlgorithm>> = { HMAC_SHA1: 'sha1', HMAC_SHA256: 'sha256' }

function verify(request: SourceRequest, { secrets }: SourceKeys): Verdict {
  const header = request.headers['x-twilio-signature']
  if (header === undefined) return refused('no_signature')
  const settings = request.headers['x-twilio-webhooks-signature-settings'] ?? ''
  const name = /(?:^|,)\s*algorithm=([^,]+)/.exec(settings)?.[1]?.trim().toUpperCase() ?? 'HMAC_SHA1'
  const algorithm = ALGORITHMS[name]
  if (algorithm === undefined) return refused('unknown_algorithm', name.slice(0, 40))
  const given = digestBytes(header, 'base64')
  if (given === undefined) return refused('malformed_signature')
  if (!isForm(request) && bodyHash(request) === null) return refused('no_body_hash')
  const fields = signedFields(request)
  if (fields === undefined) return refused('not_readable')
  const holds = (url: string) => isSignedWith(secrets, given, algorithm, [url, fields])
  if (withOtherPort(request.url).some(holds)) return refusedBody(request) ?? VERIFIED
  const signed = otherUrls(request).find(holds)
  return signed === undefined ? refused('wrong_secret') : refused('wrong_url', signed)
}

/** Names and values one after another, sorted; a value that is there twice counts once. Of JSON nothing is signed but its hash in the URL. */
function signedFields(request: SourceRequest): string | undefined {
  if (bodyHash(request) !== null) return ''
  const fields = formFields(request)
  if (fields === undefined) return undefined
  const values = new Map<string, Set<string>>()
  for (const [name, value] of fields) values.set(name, (values.get(name) ?? new Set()).add(value))
  const names = [...values.keys()].sort()
  return names
    .map((name) =>
      [...(values.get(name) ?? [])]
        .sort()
        .map((value) => name + value)
        .join(''),
    )
    .join('')
}

function refusedBody(request: SourceRequest): Verdict | undefined {
  const hash = bodyHash(request)
  if (hash === null || isSame(hash.toLowerCase(), bodySha256(request, 'hex'))) return undefined
  return refused('body_changed', 'it does not have the hash that is in the URL')
}

function bodyHash({ url }: SourceRequest): string | null {
  return URL.canParse(url) ? new URL(url).searchParams.get('bodySHA256') : null
}

function sign(request: SourceRequest, { secret }: SigningKey): Record<string, string> {
  const signed = [request.url, signedFields(request) ?? '']
  return { 'x-twilio-signature': hmac('sha1', secret, signed).toString('base64') }
}
