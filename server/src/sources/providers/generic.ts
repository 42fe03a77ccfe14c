// Owns what a `generic` source says: a provider of one's own, whose fields are declared with the source.

import {
  keyOf,
  keyOfBody,
  known,
  numberAt,
  secondsAsMs,
  textAt,
  timeAt,
  transcriptAt,
  urlAt,
} from '@timbre/contract/providers/fields.ts'
import { GENERIC_FIELDS } from '@timbre/contract/providers/sample-calls.ts'
import type { Payload, SourceRequest } from '@timbre/contract/providers/source-request.ts'
import type { SourceFields } from '@timbre/contract/source.ts'
import { BODY_BYTES_MAX, HOUR_MS, MINUTE_MS, type Provider } from '../provider.ts'
import type { CallFacts, Normalised, SignalState } from '../signal.ts'

export const generic: Provider = {
  kind: 'generic',
  normalise,
  bodyBytesMax: BODY_BYTES_MAX,
  callMsMax: 12 * HOUR_MS,
  completionMsMax: MINUTE_MS,
}

function normalise(payload: Payload, request: SourceRequest, map: SourceFields = GENERIC_FIELDS): Normalised {
  const text = (pointer: string | undefined) => textAt(payload, ...names(pointer))
  const callId = text(map.callId) ?? null
  const status = text(map.status)
  const event = text(map.event) ?? status ?? 'unknown'
  const id = text(map.id)
  const dedupeKey = id === undefined ? keyOfBody(request) : keyOf(id)
  const state = status !== undefined && Object.hasOwn(map.statuses, status) ? map.statuses[status] : undefined
  if (callId === null || state === undefined) return { kind: 'evidence', event, dedupeKey, callId }
  return {
    kind: 'signal',
    signal: {
      callId,
      event,
      state,
      provesAnswer: state === 'ended',
      isFinal: state !== 'registered' && state !== 'ongoing',
      occurredAt: (map.time === undefined ? undefined : timeAt(payload, ...names(map.time))) ?? null,
      sequence: (map.sequence === undefined ? undefined : numberAt(payload, ...names(map.sequence))) ?? null,
      dedupeKey,
      facts: factsOf(payload, map, state, text),
      provider: {},
    },
  }
}

function factsOf(
  payload: Payload,
  map: SourceFields,
  state: SignalState,
  text: (pointer: string | undefined) => string | undefined,
): CallFacts {
  const direction = text(map.direction)
  const seconds = map.durationSeconds === undefined ? undefined : numberAt(payload, ...names(map.durationSeconds))
  return known({
    direction: direction === 'inbound' || direction === 'outbound' ? direction : undefined,
    from_number: text(map.fromNumber),
    to_number: text(map.toNumber),
    agent_id: text(map.agentId),
    disconnection_reason: text(map.reason),
    duration_ms: secondsAsMs(seconds),
    recording_url: map.recordingUrl === undefined ? undefined : urlAt(payload, ...names(map.recordingUrl)),
    transcript: map.transcript === undefined ? undefined : transcriptAt(payload, ...names(map.transcript)),
    error_code: state === 'error' ? (text(map.errorCode) ?? text(map.reason)) : undefined,
    error_message: text(map.errorMessage),
  } as const)
}

/** The member names of a JSON pointer (RFC 6901 §4); none of an absent one, at which there is no text. */
function names(pointer: string | undefined): readonly string[] {
  if (pointer === undefined || !pointer.startsWith('/')) return ['']
  return pointer
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
}
