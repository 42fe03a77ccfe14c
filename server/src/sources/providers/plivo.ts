// Owns Plivo: `X-Plivo-Signature-V3` (HMAC-SHA256 of URL, sorted fields and nonce), and the callbacks of a call.
// From docs.plivo.com/docs/voice/concepts/callback-configurations and plivo-node's v3Security.
import { keyOf, keyOfBody, known, numberAt, pick, secondsAsMs, textAt, timeAt, urlAt, withPlus } from '../fields.ts'
import { BODY_BYTES_MAX, HOUR_MS, MINUTE_MS, type Provider, type SourceKeys } from '../provider.ts'
import type { CallFacts, Normalised, SignalState } from '../signal.ts'
import { digestBytes, isSignedWith } from '../signatures.ts'
import { formFields, isForm, type Payload, type SourceRequest } from '../source-request.ts'
import { refused, VERIFIED, type Verdict } from '../verdict.ts'
import { otherUrls } from './url-spellings.ts'

const SIGNATURES_MAX = 10
const STATES: Readonly<Record<string, SignalState>> = {
  ringing: 'registered',
  'in-progress': 'ongoing',
  completed: 'ended',
  busy: 'not_connected',
  timeout: 'not_connected',
  'no-answer': 'not_connected',
  cancel: 'not_connected',
  failed: 'error',
}

export const plivo: Provider = {
  kind: 'plivo',
  verify,
  normalise,
  bodyBytesMax: BODY_BYTES_MAX,
  // `time_limit` is 14,400 s where nothing else is said; at most 24 h.
  callMsMax: 24 * HOUR_MS,
  completionMsMax: 2 * MINUTE_MS,
}

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

function normalise(payload: Payload, request: SourceRequest): Normalised {
  const callId = textAt(payload, 'CallUUID') ?? textAt(payload, 'call_uuid') ?? null
  const status = textAt(payload, 'CallStatus')
  const event = textAt(payload, 'Event')
  if (callId === null) return { kind: 'evidence', event: event ?? 'unknown', dedupeKey: keyOfBody(request), callId }
  const recording = textAt(payload, 'RecordingID')
  if (recording !== undefined) return recordingOf(payload, callId, recording)
  // The answer URL is called with it, and wants XML back.
  if (event === 'StartApp') return { kind: 'needs_answer', event }
  const state = status === undefined ? undefined : STATES[status]
  if (state === undefined) {
    return { kind: 'evidence', event: event ?? status ?? 'unknown', dedupeKey: keyOfBody(request), callId }
  }
  const wasAnswered = textAt(payload, 'AnswerTime') !== undefined || (numberAt(payload, 'BillDuration') ?? 0) > 0
  return {
    kind: 'signal',
    signal: {
      callId,
      event: status ?? '',
      state,
      provesAnswer: state === 'ended' && wasAnswered,
      isWeak: state === 'ended' && !wasAnswered,
      occurredAt: timeAt(payload, 'EndTime') ?? timeAt(payload, 'StartTime') ?? null,
      sequence: null,
      dedupeKey: keyOf(callId, status),
      facts: factsOf(payload, state),
      provider: pick(
        payload,
        'ALegUUID',
        'RequestUUID',
        'BillRate',
        'TotalCost',
        'HangupCauseName',
        'HangupCauseCode',
        'HangupSource',
        'Machine',
      ),
    },
  }
}

function recordingOf(payload: Payload, callId: string, recording: string): Normalised {
  return {
    kind: 'signal',
    signal: {
      callId,
      event: 'recording',
      state: null,
      isFinal: true,
      occurredAt: null,
      sequence: null,
      dedupeKey: keyOf(callId, recording),
      facts: known({ recording_url: urlAt(payload, 'RecordUrl') ?? urlAt(payload, 'RecordFile') }),
      provider: pick(payload, 'RecordingID', 'RecordingDuration'),
    },
  }
}

function factsOf(payload: Payload, state: SignalState): CallFacts {
  const direction = textAt(payload, 'Direction')
  const isEnd = state !== 'registered' && state !== 'ongoing'
  const cause = textAt(payload, 'HangupCauseName') ?? textAt(payload, 'HangupCause') ?? textAt(payload, 'CallStatus')
  const duration = secondsAsMs(numberAt(payload, 'Duration'))
  return known({
    direction: direction === 'inbound' || direction === 'outbound' ? direction : undefined,
    from_number: withPlus(textAt(payload, 'From')),
    to_number: withPlus(textAt(payload, 'To')),
    disconnection_reason: isEnd ? cause : undefined,
    duration_ms: isEnd ? (duration ?? (state === 'ended' ? undefined : 0)) : undefined,
    error_code: state === 'error' ? (textAt(payload, 'HangupCauseCode') ?? cause) : undefined,
  } as const)
}
