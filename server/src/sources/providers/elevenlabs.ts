// Owns what ElevenLabs says: post-call webhooks, a call that is over and known at once.
// From elevenlabs.io/docs/eleven-agents/workflows/post-call-webhooks.
import {
  at,
  cutTranscript,
  keyOf,
  keyOfBody,
  known,
  numberAt,
  objectAt,
  pick,
  secondsAsMs,
  textAt,
  timeAt,
} from '@timbre/contract/providers/fields.ts'
import type { Payload, SourceRequest } from '@timbre/contract/providers/source-request.ts'
import { HOUR_MS, MINUTE_MS, type Provider, REPORT_BYTES_MAX } from '../provider.ts'
import type { CallFacts, Normalised, SignalState } from '../signal.ts'

const NOT_CONNECTED: ReadonlySet<string | undefined> = new Set(['busy', 'no-answer'])

export const elevenlabs: Provider = {
  kind: 'elevenlabs',
  normalise,
  bodyBytesMax: REPORT_BYTES_MAX,
  callMsMax: 12 * HOUR_MS,
  completionMsMax: MINUTE_MS,
}

function normalise(payload: Payload, request: SourceRequest): Normalised {
  const event = textAt(payload, 'type') ?? 'unknown'
  const data = objectAt(payload, 'data')
  const callId = textAt(data, 'conversation_id') ?? null
  const state = stateOf(event, data)
  if (callId === null || state === undefined) return { kind: 'evidence', event, dedupeKey: keyOfBody(request), callId }
  return {
    kind: 'signal',
    signal: {
      callId,
      event,
      state,
      provesAnswer: state === 'ended',
      isFinal: true,
      occurredAt: timeAt(payload, 'event_timestamp') ?? null,
      sequence: null,
      dedupeKey: keyOf(callId, event),
      facts: event === 'call_initiation_failure' ? failureFacts(data, state) : factsOf(data, state),
      provider: {
        ...pick(data, 'status', 'analysis'),
        ...pick(objectAt(data, 'metadata'), 'cost', 'phone_call', 'type'),
      },
    },
  }
}

function stateOf(event: string, data: Payload): SignalState | undefined {
  if (event === 'post_call_transcription') return textAt(data, 'status') === 'failed' ? 'error' : 'ended'
  if (event !== 'call_initiation_failure') return undefined
  return NOT_CONNECTED.has(textAt(data, 'failure_reason')) ? 'not_connected' : 'error'
}

function factsOf(data: Payload, state: SignalState): CallFacts {
  const metadata = objectAt(data, 'metadata')
  const phone = objectAt(metadata, 'phone_call')
  const direction = textAt(phone, 'direction')
  const isOutbound = direction === 'outbound'
  const [own, theirs] = [textAt(phone, 'agent_number'), textAt(phone, 'external_number')]
  const reason = textAt(metadata, 'termination_reason')
  return known({
    direction: direction === 'inbound' || isOutbound ? direction : undefined,
    from_number: isOutbound ? own : theirs,
    to_number: isOutbound ? theirs : own,
    agent_id: textAt(data, 'agent_id'),
    disconnection_reason: reason,
    duration_ms: secondsAsMs(numberAt(metadata, 'call_duration_secs')),
    transcript: transcriptOf(at(data, 'transcript')),
    error_code: state === 'error' ? (textAt(metadata, 'error', 'code') ?? reason) : undefined,
    error_message: state === 'error' ? textAt(metadata, 'error', 'reason') : undefined,
  } as const)
}

/** Of Twilio's or a trunk's own report, which lies below `metadata.body`. */
function failureFacts(data: Payload, state: SignalState): CallFacts {
  const body = objectAt(data, 'metadata', 'body')
  const reason = textAt(data, 'failure_reason')
  return known({
    direction: 'outbound',
    from_number: textAt(body, 'From') ?? textAt(body, 'from_number'),
    to_number: textAt(body, 'To') ?? textAt(body, 'to_number'),
    agent_id: textAt(data, 'agent_id'),
    disconnection_reason: reason,
    duration_ms: 0,
    error_code: state === 'error' ? (textAt(body, 'sip_status_code') ?? reason) : undefined,
    error_message: state === 'error' ? textAt(body, 'error_reason') : undefined,
  } as const)
}

function transcriptOf(turns: unknown): string | undefined {
  if (!Array.isArray(turns)) return undefined
  const lines = turns.flatMap((turn) => {
    const message = at(turn, 'message')
    return typeof message === 'string' && message !== '' ? [`${textAt(turn, 'role') ?? 'unknown'}: ${message}`] : []
  })
  return lines.length === 0 ? undefined : cutTranscript(lines.join('\n'))
}
