// Owns Twilio: `X-Twilio-Signature` (HMAC of the full URL and the sorted fields, or of the URL alone where it has the body's hash), and
// status and recording callbacks. From twilio.com/docs/usage/webhooks/webhooks-security and /webhook-shared-keys, and twilio-node's webhooks.
import { bodySha256, keyOf, keyOfBody, known, numberAt, pick, secondsAsMs, textAt, timeAt, urlAt } from '../fields.ts'
import { BODY_BYTES_MAX, HOUR_MS, MINUTE_MS, type Provider, type SourceKeys } from '../provider.ts'
import type { CallFacts, Normalised, Signal, SignalState } from '../signal.ts'
import { digestBytes, type HmacAlgorithm, isSame, isSignedWith } from '../signatures.ts'
import { formFields, isForm, type Payload, type SourceRequest } from '../source-request.ts'
import { refused, VERIFIED, type Verdict } from '../verdict.ts'
import { otherUrls, withOtherPort } from './url-spellings.ts'

/** What Twilio says instead of a withheld number. */
const ANONYMOUS = '+266696687'
const ALGORITHMS: Readonly<Record<string, HmacAlgorithm>> = { HMAC_SHA1: 'sha1', HMAC_SHA256: 'sha256' }
const STATES: Readonly<Record<string, SignalState>> = {
  initiated: 'registered',
  queued: 'registered',
  ringing: 'registered',
  'in-progress': 'ongoing',
  answered: 'ongoing',
  completed: 'ended',
  busy: 'not_connected',
  'no-answer': 'not_connected',
  canceled: 'not_connected',
  failed: 'error',
}

export const twilio: Provider = {
  kind: 'twilio',
  verify,
  normalise,
  bodyBytesMax: BODY_BYTES_MAX,
  // Calls may last 24 h where an account has been given that; else 4 h.
  callMsMax: 24 * HOUR_MS,
  completionMsMax: 2 * MINUTE_MS,
}

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

function normalise(payload: Payload, request: SourceRequest): Normalised {
  const callId = textAt(payload, 'CallSid') ?? null
  const status = textAt(payload, 'CallStatus')
  if (callId === null) return { kind: 'evidence', event: 'unknown', dedupeKey: keyOfBody(request), callId }
  if (textAt(payload, 'RecordingSid') !== undefined) return recordingOf(payload, callId)
  if (asksForTwiml(payload, status)) return { kind: 'needs_answer', event: status ?? 'voice' }
  const state = status === undefined ? undefined : STATES[status]
  const token = request.headers['i-twilio-idempotency-token']
  const sequence = numberAt(payload, 'SequenceNumber')
  const dedupeKey =
    sequence === undefined ? (token ?? keyOf(callId, status, textAt(payload, 'Timestamp'))) : keyOf(callId, sequence)
  if (state === undefined) return { kind: 'evidence', event: status ?? 'unknown', dedupeKey, callId }
  return {
    kind: 'signal',
    signal: {
      callId,
      event: status ?? '',
      state,
      provesAnswer: state === 'ended',
      occurredAt: timeAt(payload, 'Timestamp') ?? null,
      sequence: sequence ?? null,
      dedupeKey,
      facts: factsOf(payload, state, status),
      provider: pick(
        payload,
        'AccountSid',
        'ParentCallSid',
        'AnsweredBy',
        'SipResponseCode',
        'StirVerstat',
        'CallerName',
      ),
    },
  }
}

/** The voice URL and the `action` of a verb want TwiML back; a status callback has a time, a number or its own name. */
function asksForTwiml(payload: Payload, status: string | undefined): boolean {
  if (textAt(payload, 'DialCallStatus') !== undefined || textAt(payload, 'Digits') !== undefined) return true
  const isCallback = ['CallbackSource', 'SequenceNumber', 'Timestamp', 'StatusCallbackEvent', 'CallDuration'].some(
    (name) => textAt(payload, name) !== undefined,
  )
  return !isCallback && (status === 'ringing' || status === 'in-progress')
}

function recordingOf(payload: Payload, callId: string): Normalised {
  const status = textAt(payload, 'RecordingStatus') ?? 'completed'
  const isThere = status === 'completed'
  const signal: Signal = {
    callId,
    event: `recording.${status}`,
    state: null,
    isFinal: isThere,
    occurredAt: timeAt(payload, 'Timestamp') ?? null,
    sequence: null,
    dedupeKey: keyOf(callId, textAt(payload, 'RecordingSid'), status),
    facts: known({ recording_url: isThere ? urlAt(payload, 'RecordingUrl') : undefined }),
    provider: pick(payload, 'AccountSid', 'RecordingSid', 'RecordingChannels', 'RecordingSource'),
  }
  return { kind: 'signal', signal }
}

function factsOf(payload: Payload, state: SignalState, status: string | undefined): CallFacts {
  const direction = textAt(payload, 'Direction')
  const isEnd = state !== 'registered' && state !== 'ongoing'
  return known({
    direction: direction === undefined ? undefined : direction.startsWith('outbound') ? 'outbound' : 'inbound',
    from_number: shown(textAt(payload, 'From')),
    to_number: shown(textAt(payload, 'To')),
    disconnection_reason: isEnd ? status : undefined,
    duration_ms: isEnd
      ? (secondsAsMs(numberAt(payload, 'CallDuration')) ?? (state === 'ended' ? undefined : 0))
      : undefined,
    recording_url: urlAt(payload, 'RecordingUrl'),
    error_code:
      state === 'error' ? (textAt(payload, 'ErrorCode') ?? textAt(payload, 'SipResponseCode') ?? status) : undefined,
    error_message: state === 'error' ? textAt(payload, 'ErrorMessage') : undefined,
  } as const)
}

function shown(number: string | undefined): string | undefined {
  return number === ANONYMOUS ? 'anonymous' : number
}
