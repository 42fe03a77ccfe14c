// Owns what Retell says: `{event, call}`. From docs.retellai.com/features/webhook-overview.
import {
  at,
  keyOf,
  keyOfBody,
  known,
  numberAt,
  objectAt,
  pick,
  textAt,
  timeAt,
  transcriptAt,
  urlAt,
} from '@timbre/contract/providers/fields.ts'
import type { Payload, SourceRequest } from '@timbre/contract/providers/source-request.ts'
import { HOUR_MS, MINUTE_MS, type Provider, REPORT_BYTES_MAX } from '../provider.ts'
import type { CallFacts, Normalised, SignalState } from '../signal.ts'

/** Nobody answered. */
const NOT_CONNECTED = /^(dial_|user_declined$|registered_call_timeout$)/
/** It ended for a fault, before or after somebody answered. */
const FAULT =
  /^(error_|telephony_provider_|invalid_destination$|sip_routing_error$|concurrency_limit_reached$|no_valid_payment$|scam_detected$|marked_as_spam$)/

export const retell: Provider = {
  kind: 'retell',
  normalise,
  bodyBytesMax: REPORT_BYTES_MAX,
  // Its own greatest `max_call_duration_ms` is 2 h.
  callMsMax: 2 * HOUR_MS,
  completionMsMax: 10 * MINUTE_MS,
}

function normalise(payload: Payload, request: SourceRequest): Normalised {
  const call = objectAt(payload, 'call')
  const event = textAt(payload, 'event') ?? 'unknown'
  const callId = textAt(call, 'call_id') ?? null
  const isLife = event === 'call_started' || event === 'call_ended' || event === 'call_analyzed'
  if (callId === null || !isLife) return { kind: 'evidence', event, dedupeKey: keyOfBody(request), callId }
  const state = event === 'call_started' ? 'ongoing' : endOf(call)
  return {
    kind: 'signal',
    signal: {
      callId,
      event,
      state,
      provesAnswer: state === 'ended',
      isFinal: event === 'call_analyzed',
      occurredAt: timeAt(call, event === 'call_started' ? 'start_timestamp' : 'end_timestamp') ?? null,
      sequence: null,
      dedupeKey: keyOf(callId, event),
      facts: factsOf(call, state),
      provider: pick(
        call,
        'call_type',
        'agent_version',
        'call_analysis',
        'call_cost',
        'metadata',
        'telephony_identifier',
      ),
    },
  }
}

function endOf(call: Payload): SignalState {
  const reason = textAt(call, 'disconnection_reason') ?? ''
  const status = textAt(call, 'call_status')
  if (NOT_CONNECTED.test(reason) || status === 'not_connected') return 'not_connected'
  return FAULT.test(reason) || status === 'error' ? 'error' : 'ended'
}

function factsOf(call: Payload, state: SignalState): CallFacts {
  const direction = textAt(call, 'direction')
  const reason = textAt(call, 'disconnection_reason')
  return known({
    direction: direction === 'inbound' || direction === 'outbound' ? direction : undefined,
    from_number: textAt(call, 'from_number'),
    to_number: textAt(call, 'to_number'),
    agent_id: textAt(call, 'agent_id'),
    disconnection_reason: reason,
    duration_ms: numberAt(call, 'duration_ms') ?? durationOf(call),
    recording_url: urlAt(call, 'recording_url'),
    public_log_url: urlAt(call, 'public_log_url'),
    transcript: transcriptAt(call, 'transcript'),
    error_code: state === 'error' ? reason : undefined,
  })
}

function durationOf(call: Payload): number | undefined {
  const [start, end] = [at(call, 'start_timestamp'), at(call, 'end_timestamp')]
  return typeof start === 'number' && typeof end === 'number' && end >= start ? end - start : undefined
}
