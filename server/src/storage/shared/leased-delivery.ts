// Owns the leased delivery in every backend: the webhook that an event was matched to, the delivery that is leased for it as the event is
// inserted, the envelope of each, and what tells its lease again. Pure.
import assert from 'node:assert/strict'
import type { Trigger } from '@timbre/contract/attempt.ts'
import type { Ordering, WebhookKind } from '@timbre/contract/webhook.ts'
import type { DeliveryLease, LeasedDelivery, NewEvent } from '../interface/hot-storage.ts'

/** A webhook that an event goes to, and through which subscription. */
export interface MatchedWebhook {
  readonly webhookId: string
  readonly kind: WebhookKind
  readonly version: number
  readonly agentId: string | null
  readonly ordering: Ordering
  readonly subscriptionId: string | null
  /** The first of the webhook's own schedule; null: it has none. */
  readonly firstWaitSeconds: number | null
}

/**
 * How long the first attempt waits (CONTRACT §2: the schedule has the wait before each attempt, the first included). A test and a
 * replay are sent when they are asked for.
 * @param othersMs where the webhook has no schedule of its own
 */
export function firstWaitMs({ firstWaitSeconds }: MatchedWebhook, trigger: Trigger, othersMs: number): number {
  if (trigger !== 'automatic') return 0
  return firstWaitSeconds === null ? othersMs : firstWaitSeconds * 1000
}

/** What a delivery needs to know of its event. */
export type DeliverableEvent = Pick<NewEvent, 'id' | 'type' | 'callId' | 'acceptedAt'>

export function leasedDelivery(
  workspaceId: string,
  event: DeliverableEvent,
  match: MatchedWebhook,
  own: Pick<LeasedDelivery, 'id' | 'orderKey' | 'trigger' | 'leaseToken' | 'place'>,
): LeasedDelivery {
  return {
    workspaceId,
    id: own.id,
    webhookId: match.webhookId,
    webhookVersion: match.version,
    eventId: event.id,
    eventKey: event.type,
    orderKey: own.orderKey,
    createdAt: event.acceptedAt,
    attempts: 0,
    scheduledAttempts: 0,
    trigger: own.trigger,
    succeededBefore: false,
    leaseToken: own.leaseToken,
    place: own.place,
  }
}

/** An event of the batch, and what its deliveries are to be given as its envelope. */
export interface InsertedEvent<Envelope> {
  readonly workspaceId: string
  readonly eventId: string
  readonly envelope: Envelope
}

/**
 * The envelope of each leased delivery. No map of the events is needed: what is leased is in their order (HotStorage.acceptEvents).
 * @throws AssertionError when a delivery has no event among these
 */
export function envelopesOf<Envelope>(
  leased: readonly Pick<LeasedDelivery, 'workspaceId' | 'eventId'>[],
  inserted: readonly InsertedEvent<Envelope>[],
): readonly Envelope[] {
  let at = 0
  return leased.map(({ workspaceId, eventId }) => {
    // Ids are unique in a workspace only.
    for (;;) {
      const event = inserted[at]
      assert(event !== undefined, 'a leased delivery has its event in the batch')
      if (event.eventId === eventId && event.workspaceId === workspaceId) return event.envelope
      at++
    }
  })
}

/** What goes back to the storage of a delivery that it leased: enough to find it and to tell the lease, and no envelope. */
export function leaseOf({ workspaceId, id, leaseToken, place, orderKey }: DeliveryLease): DeliveryLease {
  return { workspaceId, id, leaseToken, place, orderKey }
}
