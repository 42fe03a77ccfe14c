// Owns which headers of a refused request are shown, and which by their names alone.
// Must never show one that is not known to be harmless: some providers send their secret as it is.
import type { IncomingHttpHeaders } from 'node:http'

const SHOWN: ReadonlySet<string> = new Set([
  'content-type',
  'content-length',
  'user-agent',
  'host',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-retell-signature',
  'x-twilio-signature',
  'x-twilio-webhooks-signature-settings',
  'i-twilio-idempotency-token',
  'telnyx-signature-ed25519',
  'telnyx-timestamp',
  'elevenlabs-signature',
  'x-plivo-signature-v3',
  'x-plivo-signature-ma-v3',
  'x-plivo-signature-v3-nonce',
  'x-webhook-signature',
  'x-timestamp',
])
const HIDDEN = '(not shown)'
const HEADERS_MAX = 40
const VALUE_LENGTH_MAX = 256

export function shownHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers).slice(0, HEADERS_MAX)
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name.slice(0, VALUE_LENGTH_MAX),
      SHOWN.has(name) ? String(value).slice(0, VALUE_LENGTH_MAX) : HIDDEN,
    ]),
  )
}
