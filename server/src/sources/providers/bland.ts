// Owns what Bland says: one object after the call. From docs.bland.ai/api-v1/get/calls-id.
import {
  at,
  keyOf,
  keyOfBody,
  known,
  numberAt,
  pick,
  secondsAsMs,
  textAt,
  timeAt,
  transcriptAt,
  urlAt,
} from '@timbre/contract/providers/fields.ts'
import type { Payload, SourceRequest } from '@timbre/contract/providers/source-request.ts'
import { HOUR_MS, MINUTE_MS, type Provider, REPORT_BYTES_MAX } from '../provider.ts'
import type { CallFacts, Normalised, SignalState } from '../signal.ts'

const NOT_CONNECTED: ReadonlySet<string | undefined> = new Set(['busy', 'no-answer', 'canceled'])
const SECONDS_PER_MINUTE = 60

export const bland: Provider = {
  kind: 'bland',
  normalise,
  bodyBytesMax: REPORT_BYTES_MAX,
  // `max_duration` is in minutes, 30 where nothing else is said.
  callMsMax: 12 * HOUR_MS,
  completionMsMax: MINUTE_MS,
}

function normalise(payload: Payload, request: SourceRequest): Normalised {
  const callId = textAt(payload, 'call_id') ?? textAt(payload, 'c_id') ?? null
  const isReport = typeof at(payload, 'completed') === 'boolean' || numberAt(payload, 'call_length') !== undefined
  const event = isReport ? 'post_call' : (textAt(payload, 'category') ?? textAt(payload, 'event') ?? 'unknown')
  if (callId === null || !isReport) return { kind: 'evidence', event, dedupeKey: keyOfBody(request), callId }
  const state = endOf(payload)
  return {
    kind: 'signal',
    signal: {
      callId,
      event,
      state,
      provesAnswer: state === 'ended',
      isFinal: true,
      occurredAt: timeAt(payload, 'end_at') ?? timeAt(payload, 'created_at') ?? null,
      sequence: null,
      dedupeKey: keyOf(callId, event),
      facts: factsOf(payload, state),
      provider: pick(
        payload,
        'batch_id',
        'pathway_id',
        'answered_by',
        'summary',
        'variables',
        'disposition_tag',
        'price',
        'analysis',
      ),
    },
  }
}

function endOf(payload: Payload): SignalState {
  const status = textAt(payload, 'status') ?? textAt(payload, 'queue_status')
  if (NOT_CONNECTED.has(status) || NOT_CONNECTED.has(textAt(payload, 'answered_by'))) return 'not_connected'
  if (textAt(payload, 'error_message') !== undefined || status === 'failed') return 'error'
  return at(payload, 'completed') === false ? 'not_connected' : 'ended'
}

function factsOf(payload: Payload, state: SignalState): CallFacts {
  const isInbound = at(payload, 'inbound')
  const minutes = numberAt(payload, 'call_length')
  const seconds =
    numberAt(payload, 'corrected_duration') ?? (minutes === undefined ? undefined : minutes * SECONDS_PER_MINUTE)
  const status = textAt(payload, 'status')
  return known({
    direction: typeof isInbound === 'boolean' ? (isInbound ? 'inbound' : 'outbound') : undefined,
    from_number: textAt(payload, 'from'),
    to_number: textAt(payload, 'to'),
    agent_id: textAt(payload, 'agent_id') ?? textAt(payload, 'pathway_id'),
    disconnection_reason: textAt(payload, 'call_ended_by') ?? status,
    duration_ms: secondsAsMs(seconds),
    recording_url: urlAt(payload, 'recording_url'),
    transcript: transcriptAt(payload, 'concatenated_transcript'),
    error_code: state === 'error' ? (status ?? 'call_failed') : undefined,
    error_message: textAt(payload, 'error_message'),
  } as const)
}
