// Owns how a request's signature headers are read, whatever the framework gives them as.
import { isShownEventId } from '@timbre/contract/ids.ts'
import {
  SUPERVISOR_SIGNATURE,
  SUPERVISOR_SIGNATURE_PREVIOUS,
  WEBHOOK_ID,
  WEBHOOK_SIGNATURE,
  WEBHOOK_TIMESTAMP,
} from '@timbre/contract/signature.ts'
import { SignatureError } from './signature-error.ts'

/** `Headers`, a plain object with names in any case, or Node's `IncomingHttpHeaders`. */
export type HeadersInput =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>

/** What a request claims, in the one of the two schemes that it is checked by. */
export type Claim =
  | {
      readonly scheme: 'standard'
      readonly eventId: string
      /** As it was sent: it is part of what is signed. */
      readonly timestamp: string
      /** base64 digests; one for each secret that was valid. */
      readonly digests: readonly string[]
    }
  | {
      readonly scheme: 'supervisor'
      /** Lower-case hex digests, of the current secret first; one more for each replaced secret that is still valid. */
      readonly digests: readonly string[]
    }

/** Five secrets sign at once, and other versions may stand beside them. More is not from the service, and not looked at. */
const DIGESTS_MAX = 16

// A comma at the end: Node joins a header that came twice with one.
const STANDARD_DIGEST = /^v1,([A-Za-z0-9+/]{43}=),?$/

/**
 * The claim of the Standard Webhooks headers when there are any, else that of `x-supervisor-signature`.
 * Throws `no_signature` and `malformed_signature`; a `TypeError` when there are no headers at all.
 */
export function readClaim(headers: HeadersInput): Claim {
  if (typeof headers !== 'object' || headers === null) throw new TypeError('headers must be those of the request.')
  const eventId = header(headers, WEBHOOK_ID)
  const timestamp = header(headers, WEBHOOK_TIMESTAMP)
  const signature = header(headers, WEBHOOK_SIGNATURE)
  if (signature === undefined && timestamp === undefined) return readSupervisorClaim(headers)
  if (eventId === undefined || timestamp === undefined || signature === undefined) {
    throw malformed(`Of ${WEBHOOK_ID}, ${WEBHOOK_TIMESTAMP} and ${WEBHOOK_SIGNATURE} not all are there`)
  }
  // No dot and no brace: an id can then not hold the beginning of a body that the other scheme signed with the same key.
  if (!isShownEventId(eventId)) throw malformed(`${WEBHOOK_ID} is no event id (evt_…)`)
  if (!/^\d{1,12}$/.test(timestamp)) throw malformed(`${WEBHOOK_TIMESTAMP} is not a number of seconds`)
  const digests = signature.split(/\s+/, DIGESTS_MAX).flatMap((part) => STANDARD_DIGEST.exec(part)?.[1] ?? [])
  if (digests.length === 0) throw malformed(`${WEBHOOK_SIGNATURE} has no part of the form v1,<base64>`)
  return { scheme: 'standard', eventId, timestamp, digests }
}

/** The claim of `x-supervisor-signature` and `x-supervisor-signature-previous`, which has no time. */
export function readSupervisorClaim(headers: HeadersInput): Claim {
  const current = header(headers, SUPERVISOR_SIGNATURE)
  if (current === undefined) {
    throw new SignatureError(
      'no_signature',
      `The request has neither ${WEBHOOK_SIGNATURE} nor ${SUPERVISOR_SIGNATURE}. It does not come from the service, or a proxy dropped the headers.`,
    )
  }
  // A list while several replaced secrets are valid; with spaces where the header came as several lines.
  const previous = header(headers, SUPERVISOR_SIGNATURE_PREVIOUS)?.split(/[\s,]+/, DIGESTS_MAX) ?? []
  const digests = [current, ...previous].flatMap(
    (value) => /^sha256=([0-9a-f]{64})$/i.exec(value)?.[1]?.toLowerCase() ?? [],
  )
  if (digests.length === 0) throw malformed(`${SUPERVISOR_SIGNATURE} is not of the form sha256=<hex>`)
  return { scheme: 'supervisor', digests }
}

/** A header's value, `undefined` when it is missing or empty. */
export function header(headers: HeadersInput, name: string): string | undefined {
  const value = isHeaders(headers) ? headers.get(name) : byName(headers, name)
  const text = Array.isArray(value) ? value.join(' ') : value
  // Some platforms give a timestamp as a number.
  return text === undefined || text === null ? undefined : String(text).trim() || undefined
}

function isHeaders(headers: HeadersInput): headers is { get(name: string): string | null } {
  return typeof headers['get'] === 'function'
}

function byName(headers: Readonly<Record<string, string | readonly string[] | undefined>>, name: string) {
  return headers[name] ?? Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
}

function malformed(what: string): SignatureError {
  return new SignatureError('malformed_signature', `${what}. Check that no proxy drops or rewrites these headers.`)
}
