// Owns what Vapi says: `{message: {type, call}}`. From docs.vapi.ai/server-url/events.
import {
  keyOf,
  keyOfBody,
  known,
  numberAt,
  objectAt,
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

const NEEDS_ANSWER: ReadonlySet<string> = new Set([
  'assistant-request',
  'tool-calls',
  'function-call',
  'transfer-destination-request',
  'handoff-destination-request',
  'knowledge-base-request',
  'voice-request',
  'call.endpointing.request',
])
/** Not `scheduled`, which may be days before the call. */
const STATES: Readonly<Record<string, SignalState>> = {
  queued: 'registered',
  ringing: 'registered',
  'in-progress': 'ongoing',
  forwarding: 'ongoing',
}
const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'customer-busy',
  'customer-did-not-answer',
  'customer-did-not-give-microphone-permission',
  'manually-canceled',
])
/** Of some 570 reasons, those that name a fault; the list is open. */
const FAULT = /error|fail|^pipeline-|invalid|not-found|not-valid|unauthorized|rejected|worker-|-died|-not-available/

export const vapi: Provider = {
  kind: 'vapi',
  normalise,
  bodyBytesMax: REPORT_BYTES_MAX,
  // Its greatest `maxDurationSeconds` is 12 h.
  callMsMax: 12 * HOUR_MS,
  completionMsMax: 5 * MINUTE_MS,
}

function normalise(payload: Payload, request: SourceRequest): Normalised {
  const message = objectAt(payload, 'message')
  const event = textAt(message, 'type') ?? 'unknown'
  if (NEEDS_ANSWER.has(event)) return { kind: 'needs_answer', event }
  const callId = textAt(message, 'call', 'id') ?? null
  const status = textAt(message, 'status')
  const state =
    event === 'end-of-call-report' ? endOf(message) : event === 'status-update' ? stateOf(message, status) : undefined
  if (callId === null || state === undefined) return { kind: 'evidence', event, dedupeKey: keyOfBody(request), callId }
  const isReport = event === 'end-of-call-report'
  return {
    kind: 'signal',
    signal: {
      callId,
      event: isReport ? event : `${event}.${status}`,
      state,
      provesAnswer: isReport && state === 'ended',
      isWeak: !isReport && state === 'ended',
      isFinal: isReport,
      occurredAt: timeAt(message, 'timestamp') ?? timeAt(message, 'endedAt') ?? null,
      sequence: null,
      dedupeKey: keyOf(callId, event, status, textAt(message, 'timestamp')),
      facts: factsOf(message, state),
      provider: pick(
        { ...objectAt(message, 'call'), ...message },
        'type',
        'phoneCallProvider',
        'cost',
        'analysis',
        'orgId',
      ),
    },
  }
}

function stateOf(message: Payload, status: string | undefined): SignalState | undefined {
  return status === 'ended' ? endOf(message) : status === undefined ? undefined : STATES[status]
}

function endOf(message: Payload): SignalState {
  const reason = textAt(message, 'endedReason') ?? ''
  if (NOT_CONNECTED.has(reason)) return 'not_connected'
  return FAULT.test(reason) ? 'error' : 'ended'
}

function factsOf(message: Payload, state: SignalState): CallFacts {
  const call = objectAt(message, 'call')
  const type = textAt(call, 'type') ?? ''
  const direction = type.startsWith('inbound') ? 'inbound' : type.startsWith('outbound') ? 'outbound' : undefined
  const customer = textAt(message, 'customer', 'number') ?? textAt(call, 'customer', 'number')
  const own = textAt(message, 'phoneNumber', 'number') ?? textAt(call, 'phoneNumber', 'number')
  const artifact = objectAt(message, 'artifact')
  const reason = textAt(message, 'endedReason')
  return known({
    direction,
    from_number: direction === 'outbound' ? own : customer,
    to_number: direction === 'outbound' ? customer : own,
    agent_id: textAt(call, 'assistantId') ?? textAt(message, 'assistant', 'id'),
    disconnection_reason: reason,
    duration_ms: durationOf(message),
    recording_url: urlAt(artifact, 'recordingUrl') ?? urlAt(message, 'recordingUrl'),
    public_log_url: urlAt(artifact, 'logUrl'),
    transcript: transcriptAt(artifact, 'transcript') ?? transcriptAt(message, 'transcript'),
    error_code: state === 'error' ? reason : undefined,
  })
}

function durationOf(message: Payload): number | undefined {
  const ms = numberAt(message, 'durationMs')
  if (ms !== undefined) return ms < 0 ? undefined : Math.round(ms)
  const [start, end] = [timeAt(message, 'startedAt'), timeAt(message, 'endedAt')]
  if (start !== undefined && end !== undefined && end >= start) return end - start
  return secondsAsMs(numberAt(message, 'durationSeconds'))
}
