// Owns what the insert of events knows in every backend: a matched webhook, and the delivery that is leased for it.
import type { Trigger } from '@timbre/contract/attempt.ts'
import type { Ordering, WebhookKind } from '@timbre/contract/webhook.ts'
import type { LeasedDelivery, NewEvent } from '../interface/hot-storage.ts'

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
