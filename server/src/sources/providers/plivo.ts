// Owns what Plivo says: the callbacks of a call. From docs.plivo.com/docs/voice/concepts/callback-configurations.
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
  withPlus,
} from '@timbre/contract/providers/fields.ts'
import type { Payload, SourceRequest } from '@timbre/contract/providers/source-request.ts'
import { BODY_BYTES_MAX, HOUR_MS, MINUTE_MS, type Provider } from '../provider.ts'
import type { CallFacts, Normalised, SignalState } from '../signal.ts'

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
  normalise,
  bodyBytesMax: BODY_BYTES_MAX,
  // `time_limit` is 14,400 s where nothing else is said; at most 24 h.
  callMsMax: 24 * HOUR_MS,
  completionMsMax: 2 * MINUTE_MS,
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
