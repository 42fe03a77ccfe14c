// Owns pulling: how a consumer leases deliveries of a webhook of kind `pull`, and says what became of them (CONTRACT §2, Pull).
import Type from 'typebox'
import { RESPONSE_BODY_BYTES_MAX } from './attempt.ts'
import { Closed, IdInput, Nullable, TextMap, Time, Uuid, Words } from './schema.ts'

export const PULL_MAX = 100
export const PULL_MAX_DEFAULT = 10
export const PULL_WAIT_SECONDS_MAX = 30
export const LEASE_SECONDS_MIN = 5
export const LEASE_SECONDS_MAX = 3600
export const LEASE_SECONDS_DEFAULT = 60
/** Of one request: each of `RESULTS_MAX` results may have a body of 16 KiB. */
export const RESULTS_BODY_BYTES_MAX = 2 * 1024 * 1024
export const RESULTS_MAX = 100

const leaseSeconds = (description: string) =>
  Type.Integer({ minimum: LEASE_SECONDS_MIN, maximum: LEASE_SECONDS_MAX, description })
const LeaseToken = Type.String({ minLength: 1, maxLength: 128, description: 'As the pull gave it' })

export const Pull = Closed({
  max: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: PULL_MAX,
      description: `The most deliveries of one response; omitted: ${PULL_MAX_DEFAULT}. There may be fewer: no more are leased at once than the limit of attempts in flight allows`,
    }),
  ),
  waitSeconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: PULL_WAIT_SECONDS_MAX,
      description: 'How long to wait while nothing is due; omitted: 0',
    }),
  ),
  leaseSeconds: Type.Optional(
    leaseSeconds(
      `How long the deliveries are this consumer's; omitted: ${LEASE_SECONDS_DEFAULT}. A lease that ends without a result is a failed attempt`,
    ),
  ),
})
export type Pull = Type.Static<typeof Pull>

export const PulledDelivery = Type.Object({
  deliveryId: Uuid,
  leaseToken: Type.String({ description: 'Proves the lease, in results and extensions' }),
  leaseUntil: Time,
  attempt: Type.Integer({ description: '1 for the first attempt of the delivery' }),
  headers: TextMap({ description: 'The very headers of a push, freshly signed' }),
  body: Type.String({ description: 'The very body of a push: the text that is signed' }),
})
export type PulledDelivery = Type.Static<typeof PulledDelivery>

export const PulledDeliveries = Type.Object({
  data: Type.Array(PulledDelivery, { description: 'Oldest first; empty: nothing was due in time' }),
})
export type PulledDeliveries = Type.Static<typeof PulledDeliveries>

export const PullResult = Closed({
  deliveryId: IdInput('delivery'),
  leaseToken: LeaseToken,
  status: Nullable(Type.Integer({ minimum: 200, maximum: 599 }), {
    description:
      'As a receiver would answer: 2xx is a success, 410 ends the webhook, anything else is tried again. null: released without an attempt, due again at once',
  }),
  durationMs: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: LEASE_SECONDS_MAX * 1000 * 24,
      description: 'How long the consumer worked on it; omitted: since the lease began',
    }),
  ),
  body: Type.Optional(
    Type.String({ maxLength: RESPONSE_BODY_BYTES_MAX, description: 'Kept with the attempt, as a response would be' }),
  ),
})
export type PullResult = Type.Static<typeof PullResult>

export const PullResults = Type.Array(PullResult, { minItems: 1, maxItems: RESULTS_MAX })
export type PullResults = Type.Static<typeof PullResults>

export const UNCOUNTED_REASONS = ['lease_ended', 'released'] as const
export type UncountedReason = (typeof UNCOUNTED_REASONS)[number]

export const RecordedResult = Type.Object({
  deliveryId: Uuid,
  counted: Type.Boolean({ description: 'true: it is recorded as an attempt' }),
  reason: Nullable(Words(UNCOUNTED_REASONS), {
    description:
      'Why it did not count: `lease_ended` (the delivery is another consumer’s, or waits for one), `released`. null: it did',
  }),
})
export type RecordedResult = Type.Static<typeof RecordedResult>

export const RecordedResults = Type.Object({
  data: Type.Array(RecordedResult, { description: 'One for each result, in their order' }),
})
export type RecordedResults = Type.Static<typeof RecordedResults>

export const LeaseExtension = Closed({
  deliveryId: IdInput('delivery'),
  leaseToken: LeaseToken,
  leaseSeconds: leaseSeconds('How long it lasts from now on'),
})
export type LeaseExtension = Type.Static<typeof LeaseExtension>

export const ExtendedLease = Type.Object({ deliveryId: Uuid, leaseUntil: Time })
export type ExtendedLease = Type.Static<typeof ExtendedLease>
