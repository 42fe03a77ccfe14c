// Owns what Vonage says: the events of a conversation, whose legs have statuses of their own. From developer.vonage.com on voice events.
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
  started: 'registered',
  ringing: 'registered',
  answered: 'ongoing',
  human: 'ongoing',
  machine: 'ongoing',
  busy: 'not_connected',
  unanswered: 'not_connected',
  timeout: 'not_connected',
  cancelled: 'not_connected',
  rejected: 'not_connected',
  failed: 'error',
  // Follows all of them but `rejected`.
  completed: 'ended',
}

export const vonage: Provider = {
  kind: 'vonage',
  normalise,
  bodyBytesMax: BODY_BYTES_MAX,
  // `length_timer` is 7,200 s where nothing else is said, and that is its greatest.
  callMsMax: 2 * HOUR_MS,
  completionMsMax: 2 * MINUTE_MS,
}

function normalise(payload: Payload, request: SourceRequest): Normalised {
  const uuid = textAt(payload, 'uuid') ?? textAt(payload, 'call_uuid')
  const callId = textAt(payload, 'conversation_uuid') ?? uuid ?? null
  const status = textAt(payload, 'status')
  if (callId === null) return { kind: 'evidence', event: status ?? 'unknown', dedupeKey: keyOfBody(request), callId }
  const recording = textAt(payload, 'recording_uuid')
  if (recording !== undefined) return recordingOf(payload, callId, recording)
  // The answer URL is called with both numbers and no status, and wants an NCCO back.
  if (status === undefined && textAt(payload, 'to') !== undefined) return { kind: 'needs_answer', event: 'answer' }
  const state = status === undefined ? undefined : STATES[status]
  if (state === undefined)
    return { kind: 'evidence', event: status ?? 'unknown', dedupeKey: keyOfBody(request), callId }
  const isEnd = state !== 'registered' && state !== 'ongoing'
  const duration = numberAt(payload, 'duration') ?? 0
  return {
    kind: 'signal',
    signal: {
      callId,
      event: status ?? '',
      state,
      isWeak: state === 'ended' && duration === 0,
      provesAnswer: state === 'ended' && duration > 0,
      ...(uuid === undefined ? {} : { leg: { id: uuid, isEnded: isEnd } }),
      occurredAt: timeAt(payload, 'timestamp') ?? null,
      sequence: null,
      dedupeKey: keyOf(uuid, status),
      facts: factsOf(payload, state, isEnd),
      provider: pick(
        payload,
        'uuid',
        'conversation_uuid',
        'rate',
        'price',
        'network',
        'detail',
        'sip_code',
        'disconnected_by',
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
      occurredAt: timeAt(payload, 'timestamp') ?? null,
      sequence: null,
      dedupeKey: keyOf(callId, recording),
      facts: known({ recording_url: urlAt(payload, 'recording_url') }),
      provider: pick(payload, 'recording_uuid', 'size'),
    },
  }
}

function factsOf(payload: Payload, state: SignalState, isEnd: boolean): CallFacts {
  const direction = textAt(payload, 'direction')
  const status = textAt(payload, 'status')
  const duration = secondsAsMs(numberAt(payload, 'duration'))
  return known({
    direction: direction === 'inbound' || direction === 'outbound' ? direction : undefined,
    from_number: withPlus(textAt(payload, 'from')),
    to_number: withPlus(textAt(payload, 'to')),
    disconnection_reason: isEnd ? status : undefined,
    duration_ms: isEnd ? (duration ?? (state === 'ended' ? undefined : 0)) : undefined,
    error_code: state === 'error' ? (textAt(payload, 'sip_code') ?? status) : undefined,
    error_message: state === 'error' ? (textAt(payload, 'detail') ?? textAt(payload, 'reason')) : undefined,
  } as const)
}
