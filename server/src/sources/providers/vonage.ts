// Owns Vonage: a bearer token that has the body's hash, and the events of a conversation, whose legs have statuses of their own.
// From developer.vonage.com on signed webhooks and voice events, and @vonage/jwt, which checks neither age nor hash: both are checked here.
import {
  bodySha256,
  compactBodySha256,
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
} from '../fields.ts'
import { readToken } from '../json-web-token.ts'
import { BODY_BYTES_MAX, HOUR_MS, MINUTE_MS, type Provider, type SourceKeys } from '../provider.ts'
import type { CallFacts, Normalised, SignalState } from '../signal.ts'
import { isSame, refusedAge } from '../signatures.ts'
import type { Payload, SourceRequest } from '../source-request.ts'
import { refused, VERIFIED, type Verdict } from '../verdict.ts'

const TOLERANCE_MS = 5 * MINUTE_MS
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
  verify,
  normalise,
  bodyBytesMax: BODY_BYTES_MAX,
  // `length_timer` is 7,200 s where nothing else is said, and that is its greatest.
  callMsMax: 2 * HOUR_MS,
  completionMsMax: 2 * MINUTE_MS,
}

function verify(request: SourceRequest, { secrets }: SourceKeys, now: number): Verdict {
  const token = /^Bearer (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1]
  if (token === undefined) return refused('no_signature')
  const read = readToken(token, secrets)
  if ('refusal' in read) return read.refusal
  const [hash, issuedAt] = [textAt(read.claims, 'payload_hash'), numberAt(read.claims, 'iat')]
  if (hash === undefined) return refused('no_body_hash')
  if (!hasHash(request, hash)) return refused('body_changed', 'it does not have the hash of the token')
  if (issuedAt === undefined) return refused('malformed_signature', 'iat')
  return refusedAge(issuedAt * 1000, now, TOLERANCE_MS) ?? VERIFIED
}

/** Of the bytes, or of the same JSON without white space. */
function hasHash(request: SourceRequest, hash: string): boolean {
  const compact = compactBodySha256(request)
  return isSame(hash, bodySha256(request, 'hex')) || (compact !== undefined && isSame(hash, compact))
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
