// Owns what LiveKit says: the events of rooms, each of which is a call.
// From docs.livekit.io/intro/basics/rooms-participants-tracks/webhooks-events.
import {
  at,
  keyOf,
  keyOfBody,
  known,
  numberAt,
  objectAt,
  pick,
  textAt,
  urlAt,
} from '@timbre/contract/providers/fields.ts'
import type { Payload, SourceRequest } from '@timbre/contract/providers/source-request.ts'
import { BODY_BYTES_MAX, HOUR_MS, MINUTE_MS, type Provider } from '../provider.ts'
import type { CallFacts, Normalised, SignalState } from '../signal.ts'

/** Those that are nobody on the phone or in a browser; the protocol's numbers, and their names in JSON. */
const NOBODY: ReadonlySet<string | undefined> = new Set(['INGRESS', 'EGRESS', 'AGENT', '1', '2', '4'])
/** A participant of SIP is in the room before anybody answers. */
const NOT_ANSWERED: ReadonlySet<string | undefined> = new Set(['dialing', 'ringing', 'automation'])

export const livekit: Provider = {
  kind: 'livekit',
  normalise,
  bodyBytesMax: BODY_BYTES_MAX,
  // A room has no end of its own.
  callMsMax: 12 * HOUR_MS,
  completionMsMax: 2 * MINUTE_MS,
}

function normalise(payload: Payload, request: SourceRequest): Normalised {
  const event = textAt(payload, 'event') ?? 'unknown'
  const id = textAt(payload, 'id')
  const dedupeKey = id === undefined ? keyOfBody(request) : keyOf(id)
  const callId = textAt(payload, 'room', 'sid') ?? textAt(payload, 'egressInfo', 'roomId') ?? null
  const state = stateOf(event, payload)
  if (callId === null || state === undefined) return { kind: 'evidence', event, dedupeKey, callId }
  const createdAt = numberAt(payload, 'createdAt')
  return {
    kind: 'signal',
    signal: {
      callId,
      event,
      state,
      isWeak: state === 'ended',
      isFinal: event === 'egress_ended',
      occurredAt: createdAt === undefined ? null : createdAt * 1000,
      sequence: null,
      dedupeKey,
      facts: factsOf(event, payload, state),
      provider: providerOf(event, payload),
    },
  }
}

function stateOf(event: string, payload: Payload): SignalState | null | undefined {
  const participant = objectAt(payload, 'participant')
  const isSomebody = !NOBODY.has(textAt(participant, 'kind'))
  switch (event) {
    case 'room_started':
      return 'registered'
    case 'participant_joined':
      if (!isSomebody) return undefined
      return NOT_ANSWERED.has(textAt(participant, 'attributes', 'sip.callStatus')) ? 'registered' : 'ongoing'
    case 'participant_connection_aborted':
      return isSomebody ? 'error' : undefined
    case 'room_finished':
      return 'ended'
    case 'egress_ended':
      return null
    default:
      return undefined
  }
}

function factsOf(event: string, payload: Payload, state: SignalState | null): CallFacts {
  if (event === 'egress_ended') return known({ recording_url: recordingOf(payload) })
  const attributes = objectAt(payload, 'participant', 'attributes')
  const [theirs, own] = [textAt(attributes, 'sip.phoneNumber'), textAt(attributes, 'sip.trunkPhoneNumber')]
  const isOutbound =
    textAt(attributes, 'sip.callDirection') === 'outbound' || NOT_ANSWERED.has(textAt(attributes, 'sip.callStatus'))
  const reason = textAt(payload, 'participant', 'disconnectReason')
  const [began, ended] = [numberAt(payload, 'room', 'creationTime'), numberAt(payload, 'createdAt')]
  return known({
    direction: theirs === undefined ? undefined : isOutbound ? 'outbound' : 'inbound',
    from_number: isOutbound ? own : theirs,
    to_number: isOutbound ? theirs : own,
    disconnection_reason: state === 'ended' ? 'room_finished' : state === 'error' ? (reason ?? event) : undefined,
    duration_ms:
      state === 'ended' && began !== undefined && ended !== undefined && ended >= began
        ? (ended - began) * 1000
        : undefined,
    error_code: state === 'error' ? (reason ?? event) : undefined,
  } as const)
}

/** Where the file lies, where that is a URL; a path in a bucket is among the provider's own fields. */
function recordingOf(payload: Payload): string | undefined {
  const files = at(payload, 'egressInfo', 'fileResults')
  const first: unknown = Array.isArray(files) ? files[0] : at(payload, 'egressInfo', 'file')
  return urlAt(first, 'location')
}

function providerOf(event: string, payload: Payload): Payload {
  const names = {
    room_name: textAt(payload, 'room', 'name'),
    sip_call_id: textAt(payload, 'participant', 'attributes', 'sip.callID'),
  }
  if (event !== 'egress_ended') return known(names)
  return known({ ...names, ...pick(objectAt(payload, 'egressInfo'), 'egressId', 'status', 'error', 'fileResults') })
}
