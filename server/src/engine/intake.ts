// Owns the way into the lanes: what each batch of the storage may lease, and what becomes of what it leased.
// Must never hold a delivery without its envelope, nor offer one token twice.
import type { Clock } from '../platform/clock.ts'
import type { Random } from '../platform/random.ts'
import {
  type AcceptEventsResult,
  type AcceptRequest,
  type ClaimedDelivery,
  envelopesOf,
  type LeaseOffer,
} from '../storage/storage.ts'
import type { ExampleSends } from './example-sends.ts'
import { claimedEnvelopes, type HeldDelivery, heldEnvelope, heldTogether } from './held-delivery.ts'
import type { Lanes } from './lanes.ts'

export interface IntakeDependencies {
  readonly clock: Clock
  readonly random: Random
  readonly lanes: Pick<Lanes, 'capacity' | 'push' | 'pushClaimed'>
  readonly tests: Pick<ExampleSends, 'take'>
}

/** Longer than any delivery may wait in a lane and then be sent. */
export const LEASE_MS = 15 * 60_000

export class Intake {
  readonly #dependencies: IntakeDependencies
  readonly #firstWaitMs: number

  /** @param firstWaitMs before the first attempt, where a webhook has no schedule of its own */
  constructor(dependencies: IntakeDependencies, firstWaitMs: number) {
    this.#dependencies = dependencies
    this.#firstWaitMs = firstWaitMs
  }

  /** Every offer has a token of its own, so that a result of an older lease on the same delivery is fenced off. */
  offer(): LeaseOffer {
    const { clock, random, lanes } = this.#dependencies
    const now = clock.now()
    return { ...lanes.capacity(), token: random.uuid(now), until: now + LEASE_MS, firstWaitMs: this.#firstWaitMs }
  }

  /** What was leased as it was accepted: its envelopes are here already. */
  pushAccepted(batch: readonly AcceptRequest[], { leased }: AcceptEventsResult, { until }: LeaseOffer): void {
    const envelopes = envelopesOf(
      leased,
      batch.flatMap(({ workspaceId, events }) =>
        events.map(({ id, envelope }) => ({ workspaceId, eventId: id, envelope: heldEnvelope(envelope) })),
      ),
    )
    this.#dependencies.lanes.push(this.#untested(heldTogether(leased, envelopes, until)))
  }

  /** Announcements, which were leased as what they tell of was written. */
  push(leased: readonly ClaimedDelivery[], leaseUntil: number): void {
    this.#dependencies.lanes.push(this.#held(leased, leaseUntil))
  }

  /** What was waiting in the tables. */
  pushClaimed(claimed: readonly ClaimedDelivery[], leaseUntil: number): void {
    this.#dependencies.lanes.pushClaimed(this.#held(claimed, leaseUntil))
  }

  #held(leased: readonly ClaimedDelivery[], leaseUntil: number): readonly HeldDelivery[] {
    return this.#untested(heldTogether(leased, claimedEnvelopes(leased), leaseUntil))
  }

  /** Without the tests that somebody waits for: those are theirs now. */
  #untested(held: readonly HeldDelivery[]): readonly HeldDelivery[] {
    const { tests } = this.#dependencies
    return held.filter(
      (delivery) => delivery.trigger !== 'test' || delivery.envelope.text === undefined || !tests.take(delivery),
    )
  }
}
