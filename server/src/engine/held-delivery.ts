// Owns the delivery as this node holds it: under a lease that ends at a known time, with the envelope of its event, which is one for
// all deliveries of the event; and which of those that are held were erased. Must never count an envelope twice: its text is one, however many deliveries share it.
import assert from 'node:assert/strict'
import type { Clock } from '../platform/clock.ts'
import type { ClaimedDelivery, LeasedDelivery } from '../storage/storage.ts'

export interface HeldDelivery extends LeasedDelivery {
  readonly envelope: HeldEnvelope
  readonly leaseUntil: number
  /** It keeps the text of its envelope in memory while it waits (`envelope-memory.ts`). */
  keepsText: boolean
  /** Where its envelope counts as one that is in flight, or is read to be so: in no budget, the common one, or the reserve. */
  counted: 'no' | 'common' | 'reserve'
}

export function heldDelivery(delivery: LeasedDelivery, envelope: HeldEnvelope, leaseUntil: number): HeldDelivery {
  // Written out: this is made for every delivery, and a spread with more after it costs twice as much.
  return {
    workspaceId: delivery.workspaceId,
    id: delivery.id,
    webhookId: delivery.webhookId,
    webhookVersion: delivery.webhookVersion,
    eventId: delivery.eventId,
    eventKey: delivery.eventKey,
    orderKey: delivery.orderKey,
    createdAt: delivery.createdAt,
    attempts: delivery.attempts,
    scheduledAttempts: delivery.scheduledAttempts,
    trigger: delivery.trigger,
    succeededBefore: delivery.succeededBefore,
    leaseToken: delivery.leaseToken,
    place: delivery.place,
    envelope,
    leaseUntil,
    keepsText: false,
    counted: 'no',
  }
}

/** @param envelopes of the deliveries, in their order */
export function heldTogether(
  leased: readonly LeasedDelivery[],
  envelopes: readonly HeldEnvelope[],
  leaseUntil: number,
): readonly HeldDelivery[] {
  return leased.map((delivery, nth) => {
    const envelope = envelopes[nth]
    assert(envelope !== undefined, 'there is an envelope for each delivery')
    return heldDelivery(delivery, envelope, leaseUntil)
  })
}

export interface HeldEnvelope {
  /** The exact envelope that is signed and sent; undefined: nobody keeps it, and who sends it reads it first. */
  text: string | undefined
  /** What it takes: characters of the text, or its bytes as the store tells them. */
  readonly size: number
  /** It was erased. */
  isGone: boolean
  /** How many deliveries that wait keep the text, and how many in flight use it. */
  keepers: number
  users: number
}

/** Whether nobody else can come by this delivery until an attempt that begins now has ended and is recorded. */
export function isLeaseLongEnough({ leaseUntil }: HeldDelivery, now: number, timeoutMs: number): boolean {
  return leaseUntil - now >= timeoutMs * 2
}

/** @param size absent: the length of the text */
export function heldEnvelope(text: string | null, size: number = text?.length ?? 0): HeldEnvelope {
  return { text: text ?? undefined, size, isGone: false, keepers: 0, users: 0 }
}

/** The envelopes of what was claimed together, each event's once. */
export function claimedEnvelopes(claimed: readonly ClaimedDelivery[]): readonly HeldEnvelope[] {
  const known = new Map<string, HeldEnvelope>()
  return claimed.map(({ workspaceId, eventId, envelope, envelopeBytes }) => {
    const key = `${workspaceId} ${eventId}`
    const shared = known.get(key) ?? heldEnvelope(envelope, envelopeBytes)
    known.set(key, shared)
    return shared
  })
}

/** No lease is longer: what is not met by then is not held. */
const HELD_MS_MAX = 15 * 60_000

/** Deliveries that were erased while this node held them: they must not be sent. */
export class ErasedDeliveries {
  readonly #clock: Clock
  /** With the time by which they were to have been met in memory. */
  readonly #until = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Deliveries that this node holds, or held a moment ago. */
  note(deliveryIds: readonly string[]): void {
    const now = this.#clock.monotonic()
    for (const [id, until] of this.#until) if (until <= now) this.#until.delete(id)
    for (const id of deliveryIds) this.#until.set(id, now + HELD_MS_MAX)
  }

  /** True when the delivery was erased after it had come into memory: it must not be sent. To be asked once. */
  take(deliveryId: string): boolean {
    // Nearly always there is nothing to look for, and looking up a text that is new is not free (docs/performance.md).
    return this.#until.size > 0 && this.#until.delete(deliveryId)
  }
}
