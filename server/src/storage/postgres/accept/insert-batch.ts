// Owns what one transaction has leased so far, and the rows of deliveries that it is about to insert.
import type { Trigger } from '@timbre/contract/attempt.ts'
import { LeaseBudget } from '../../shared/lease-budget.ts'
import {
  type DeliverableEvent,
  firstWaitMs,
  leasedDelivery,
  type MatchedWebhook,
} from '../../shared/leased-delivery.ts'
import type { LeasedDelivery, LeaseOffer } from '../../storage.ts'
import type { Call, CallOrder } from '../claim/call-order.ts'
import { DAY_MS, type DeliveryIds } from '../schema/day.ts'
import { withoutNul } from '../wire/columns.ts'

/** An event, and where it lies. */
export interface StoredEvent extends DeliverableEvent {
  readonly seq: number
  readonly day: number
}

export interface DeliveryToInsert {
  readonly workspaceId: string
  readonly id: string
  readonly match: MatchedWebhook
  readonly event: StoredEvent
  readonly trigger: Trigger
  readonly isLeased: boolean
  readonly nextAttemptAt: number | null
  readonly orderKey: string | null
  readonly awaitsTurn: 0 | 1
}

export class InsertBatch {
  readonly budget: LeaseBudget
  readonly leased: LeasedDelivery[] = []
  readonly deliveries: DeliveryToInsert[] = []
  overflow = 0
  /** Webhooks of kind `pull` for which something is due, or will be. */
  readonly pulled = new Set<string>()
  readonly #ids: DeliveryIds

  constructor(offer: LeaseOffer, ids: DeliveryIds) {
    this.budget = new LeaseBudget(offer)
    this.#ids = ids
  }

  /**
   * Adds the delivery of an event to one webhook. `acceptedAt` is the delivery's time, also when the event is older.
   * @param order of the call, if the webhook keeps calls in order
   */
  add(workspaceId: string, event: StoredEvent, match: MatchedWebhook, trigger: Trigger, order: CallOrder): void {
    const { budget } = this
    const { acceptedAt } = event
    const isTest = trigger === 'test'
    const call = callOf(workspaceId, event, match, trigger)
    const turn = call === undefined ? 0 : order.takeNext(call)
    const hasTurn = turn !== null && turn <= acceptedAt
    const waitMs = firstWaitMs(match, trigger, budget.firstWaitMs)
    const isPulled = match.kind === 'pull'
    const isLeased =
      !isPulled && (isTest || (hasTurn && waitMs === 0 && budget.capacity(workspaceId, match.webhookId) > 0))
    const own = {
      // Of an event of MOVED_DAY any time will do.
      id: this.#ids.next(Math.max(event.day, 0) * DAY_MS + (acceptedAt % DAY_MS)),
      orderKey: call?.orderKey ?? null,
      trigger,
      leaseToken: budget.token,
      place: event.day,
    }
    this.deliveries.push({
      workspaceId,
      id: own.id,
      match,
      event,
      trigger,
      isLeased,
      nextAttemptAt: isLeased || turn === null ? null : Math.max(turn, acceptedAt + waitMs),
      orderKey: own.orderKey,
      awaitsTurn: hasTurn || isTest ? 0 : 1,
    })
    if (isLeased) {
      budget.take(workspaceId, match.webhookId, 1)
      this.leased.push(leasedDelivery(workspaceId, event, match, own))
    } else if (isPulled) this.pulled.add(match.webhookId)
    else if (hasTurn) this.overflow++
  }
}

/** The call in which a delivery waits for its turn. A test waits for nobody and holds nobody back. */
export function callOf(
  workspaceId: string,
  { callId }: DeliverableEvent,
  { ordering, webhookId }: MatchedWebhook,
  trigger: Trigger,
): Call | undefined {
  if (ordering !== 'call' || callId === null || trigger === 'test') return undefined
  return { workspaceId, webhookId, orderKey: withoutNul(callId) }
}
