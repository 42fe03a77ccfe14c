// Owns what Telnyx says: call events of legs, whose session is the call. From developers.telnyx.com/api-reference/callbacks.
import { keyOf, keyOfBody, known, objectAt, pick, textAt, timeAt, urlAt } from '@timbre/contract/providers/fields.ts'
import type { Payload, SourceRequest } from '@timbre/contract/providers/source-request.ts'
import { BODY_BYTES_MAX, HOUR_MS, MINUTE_MS, type Provider } from '../provider.ts'
import type { CallFacts, Normalised, SignalState } from '../signal.ts'

const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'timeout',
  'user_busy',
  'call_rejected',
  'originator_cancel',
  'no_answer',
  'no_user_response',
])
/** What ends a call that went well. */
const NORMAL: ReadonlySet<string> = new Set(['normal_clearing', 'time_limit', 'media_timeout', 'unspecified'])

export const telnyx: Provider = {
  kind: 'telnyx',
  normalise,
  bodyBytesMax: BODY_BYTES_MAX,
  // `time_limit_secs` is 4 h where nothing else is said.
  callMsMax: 4 * HOUR_MS,
  completionMsMax: 2 * MINUTE_MS,
}

function normalise(payload: Payload, request: SourceRequest): Normalised {
  const data = objectAt(payload, 'data')
  const event = textAt(data, 'event_type') ?? 'unknown'
  const call = objectAt(data, 'payload')
  const id = textAt(data, 'id')
  const dedupeKey = id === undefined ? keyOfBody(request) : keyOf(id)
  const callId = textAt(call, 'call_session_id') ?? null
  const state = stateOf(event, call)
  if (callId === null || state === undefined) return { kind: 'evidence', event, dedupeKey, callId }
  const leg = textAt(call, 'call_leg_id') ?? textAt(call, 'call_control_id')
  const isLife = state !== null
  return {
    kind: 'signal',
    signal: {
      callId,
      event,
      state,
      isFinal: event === 'call.recording.saved' || event === 'call.conversation_insights.generated',
      ...(leg !== undefined && isLife ? { leg: { id: leg, isEnded: event === 'call.hangup' } } : {}),
      occurredAt: timeAt(data, 'occurred_at') ?? null,
      sequence: null,
      dedupeKey,
      facts: factsOf(event, call, state),
      provider: pick(
        call,
        'call_control_id',
        'call_leg_id',
        'connection_id',
        'hangup_source',
        'sip_hangup_cause',
        'results',
        'client_state',
      ),
    },
  }
}

/** undefined: nothing that is known here. */
function stateOf(event: string, call: Payload): SignalState | null | undefined {
  switch (event) {
    case 'call.initiated':
      return 'registered'
    case 'call.answered':
    case 'call.bridged':
      return 'ongoing'
    case 'call.hangup':
      return endOf(textAt(call, 'hangup_cause') ?? 'unspecified')
    case 'call.recording.saved':
    case 'call.conversation.ended':
    case 'call.conversation_insights.generated':
      return null
    default:
      return undefined
  }
}

function endOf(cause: string): SignalState {
  if (NOT_CONNECTED.has(cause)) return 'not_connected'
  return NORMAL.has(cause) ? 'ended' : 'error'
}

function factsOf(event: string, call: Payload, state: SignalState | null): CallFacts {
  const direction = textAt(call, 'direction')
  const cause = event === 'call.hangup' ? textAt(call, 'hangup_cause') : undefined
  const [start, end] = [timeAt(call, 'start_time'), timeAt(call, 'end_time')]
  const recording = urlAt(call, 'public_recording_urls', 'mp3') ?? urlAt(call, 'recording_urls', 'mp3')
  return known({
    direction: direction === undefined ? undefined : direction === 'incoming' ? 'inbound' : 'outbound',
    from_number: state === null ? undefined : textAt(call, 'from'),
    to_number: state === null ? undefined : textAt(call, 'to'),
    agent_id: textAt(call, 'assistant_id'),
    disconnection_reason: cause,
    duration_ms:
      cause !== undefined && start !== undefined && end !== undefined && end >= start ? end - start : undefined,
    recording_url: recording ?? urlAt(call, 'recording_urls', 'wav'),
    error_code: state === 'error' ? cause : undefined,
  } as const)
}
