// Owns the attempt: one request for one delivery, and the evidence of what happened.
import Type from 'typebox'
import { Headers } from './delivery.ts'
import { Nullable, Time, Words } from './schema.ts'

export const RESPONSE_BODY_BYTES_MAX = 16 * 1024

export const TRIGGERS = ['automatic', 'manual', 'replay', 'test'] as const
export type Trigger = (typeof TRIGGERS)[number]

/** Every way in which an attempt can end. All but `answered` are failures, also those that have a responseStatus: its response did not end. */
export const OUTCOMES = [
  'answered',
  'timed_out',
  'connection_refused',
  'connection_reset',
  'connection_failed',
  'dns_failed',
  'tls_failed',
  'blocked_address',
  'invalid_response',
  'invalid_target',
] as const
export type OutcomeKind = (typeof OUTCOMES)[number]

const Phase = Nullable(Type.Number(), {
  description: 'milliseconds; null: not reached, or a kept-alive connection was reused',
})

export const Timings = Type.Object({ dns: Phase, connect: Phase, tls: Phase, firstByte: Phase })
export type Timings = Type.Static<typeof Timings>

export const Attempt = Type.Object({
  number: Type.Integer({ description: '1 for the first attempt of the delivery' }),
  trigger: Words(TRIGGERS),
  startedAt: Time,
  durationMs: Type.Number(),
  timings: Timings,
  remoteAddress: Nullable(Type.String()),
  requestHeaders: Headers,
  responseStatus: Nullable(Type.Integer()),
  responseHeaders: Nullable(Headers),
  responseBody: Nullable(Type.String({ description: 'The first 16 KiB' })),
  outcome: Words(OUTCOMES),
  error: Nullable(Type.String()),
})
export type Attempt = Type.Static<typeof Attempt>

/** The response of a test send: the attempt, and the delivery it belongs to. */
export const TestResult = Type.Object({
  delivered: Type.Boolean({ description: 'true: the receiver answered 2xx' }),
  deliveryId: Type.String({ format: 'uuid' }),
  eventId: Type.String(),
  attempt: Attempt,
})
export type TestResult = Type.Static<typeof TestResult>
