// Owns what Twilio says: status and recording callbacks. From twilio.com/docs/voice/api/call-resource#statuscallback.
import {
  keyOf,
  keyOfBody,
  known,
  numberAt,
  pick,
  secondsAsMs,
  textAt,
  timeAt,
  urlAt,
} from '@timbre/contract/providers/fields.ts'
import type { Payload, SourceRequest } from '@timbre/contract/providers/source-request.ts'
import { BODY_BYTES_MAX, HOUR_MS, MINUTE_MS, type Provider } from '../provider.ts'
import type { CallFacts, Normalised, Signal, SignalState } from '../signal.ts'

/** What Twilio says instead of a withheld number. */
const ANONYMOUS = '+266696687'
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
  normalise,
  bodyBytesMax: BODY_BYTES_MAX,
  // Calls may last 24 h where an account has been given that; else 4 h.
  callMsMax: 24 * HOUR_MS,
  completionMsMax: 2 * MINUTE_MS,
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
