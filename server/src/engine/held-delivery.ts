// Owns the delivery as this node holds it: under a lease that ends at a known time, with the body of its event.
import assert from 'node:assert/strict'
import type { LeasedDelivery } from '../storage/storage.ts'
import type { EventBody } from './event-body.ts'

export interface HeldDelivery extends LeasedDelivery {
  readonly body: EventBody
  readonly leaseUntil: number
  /** It keeps the text of its body in memory while it waits (`body-memory.ts`). */
  keepsText: boolean
  /** Where its body counts as one that is in flight, or is read to be so: in no budget, the common one, or the reserve. */
  counted: 'no' | 'common' | 'reserve'
}

export function heldDelivery(delivery: LeasedDelivery, body: EventBody, leaseUntil: number): HeldDelivery {
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
    body,
    leaseUntil,
    keepsText: false,
    counted: 'no',
  }
}

/** @param bodies of the deliveries, in their order */
export function heldTogether(
  leased: readonly LeasedDelivery[],
  bodies: readonly EventBody[],
  leaseUntil: number,
): readonly HeldDelivery[] {
  return leased.map((delivery, nth) => {
    const body = bodies[nth]
    assert(body !== undefined, 'there is a body for each delivery')
    return heldDelivery(delivery, body, leaseUntil)
  })
}
