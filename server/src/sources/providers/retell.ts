// Owns Retell: `x-retell-signature` (HMAC-SHA256 of body and time under the API key that has the webhook badge), and `{event, call}`.
// From docs.retellai.com/features/secure-webhook and /webhook-overview, and retell-sdk's webhook_auth.
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
} from '../fields.ts'
import { HOUR_MS, MINUTE_MS, type Provider, REPORT_BYTES_MAX, type SourceKeys } from '../provider.ts'
import type { CallFacts, Normalised, SignalState } from '../signal.ts'
import { digestBytes, isSignedWith, mismatch, refusedAge } from '../signatures.ts'
import type { Payload, SourceRequest } from '../source-request.ts'
import { refused, VERIFIED, type Verdict } from '../verdict.ts'

const TOLERANCE_MS = 5 * MINUTE_MS
const SIGNATURE = /^v=(\d{1,15}),d=([0-9a-f]{64})$/i
/** Nobody answered. */
const NOT_CONNECTED = /^(dial_|user_declined$|registered_call_timeout$)/
/** It ended for a fault, before or after somebody answered. */
const FAULT =
  /^(error_|telephony_provider_|invalid_destination$|sip_routing_error$|concurrency_limit_reached$|no_valid_payment$|scam_detected$|marked_as_spam$)/

export const retell: Provider = {
  kind: 'retell',
  verify,
  normalise,
  bodyBytesMax: REPORT_BYTES_MAX,
  // Its own greatest `max_call_duration_ms` is 2 h.
  callMsMax: 2 * HOUR_MS,
  completionMsMax: 10 * MINUTE_MS,
}

function verify(request: SourceRequest, { secrets }: SourceKeys, now: number): Verdict {
  const header = request.headers['x-retell-signature']
  if (header === undefined) return refused('no_signature')
  const [, time = '', digest = ''] = SIGNATURE.exec(header) ?? []
  const given = digestBytes(digest, 'hex')
  if (given === undefined) return refused('malformed_signature')
  const holds = (body: string | Uint8Array) => isSignedWith(secrets, given, 'sha256', [body, time])
  if (!holds(request.body)) return mismatch(request, holds)
  return refusedAge(Number(time), now, TOLERANCE_MS) ?? VERIFIED
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
