// Owns the removal of events with their deliveries and attempts, as far as a budget goes: oldest first, attempts before
// their delivery, deliveries before their event. Must run inside a transaction of the caller, who decides which may go.
import type { DeliveryStatus } from '@timbre/contract/delivery-status.ts'
import type { RemovalBudget } from '../../shared/removal-budget.ts'
import { columnsOf } from '../wire/columns.ts'
import type { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'

export interface RemovableEvent {
  readonly workspaceId: string
  readonly day: number
  readonly seq: number
  readonly id: string
}

export interface RemovableDelivery {
  readonly day: number
  readonly eventSeq: number
  readonly id: string
  readonly webhookId: string
  readonly status: DeliveryStatus
  /** Who holds it; null: nobody. */
  readonly leaseNode: string | null
  readonly attempts: number
}

/** Locked, so that nobody asks for one of them again while it is removed. */
export const DELIVERIES_OF_EVENTS = statement<RemovableDelivery>(
  'deliveries_of_events',
  `SELECT d.day, d.event_seq AS "eventSeq", d.id, d.webhook_id AS "webhookId", d.status, d.lease_node AS "leaseNode",
  (SELECT count(*) FROM attempts a WHERE a.workspace_id = d.workspace_id AND a.day = d.day AND a.delivery_id = d.id)
    AS attempts
FROM unnest($2::int[], $3::text[]) AS q (day, id)
  JOIN deliveries d ON d.workspace_id = $1 AND d.day = q.day AND d.event_id = q.id
ORDER BY d.seq FOR UPDATE OF d`,
)

export const REMOVE_ATTEMPTS = statement(
  'remove_attempts',
  `DELETE FROM attempts a USING unnest($2::int[], $3::text[], $4::int[]) AS q (day, id, first_left)
WHERE a.workspace_id = $1 AND a.day = q.day AND a.delivery_id = q.id AND a.number IN (
  SELECT o.number FROM attempts o WHERE o.workspace_id = $1 AND o.day = q.day AND o.delivery_id = q.id
  ORDER BY o.number LIMIT q.first_left)`,
)

export const REMOVE_DELIVERIES = statement(
  'remove_deliveries',
  `DELETE FROM deliveries d USING unnest($2::int[], $3::text[]) AS q (day, id)
WHERE d.workspace_id = $1 AND d.day = q.day AND d.id = q.id`,
)

export const REMOVE_EVENTS = statement(
  'remove_events',
  `WITH ids AS (
  DELETE FROM event_ids i USING unnest($3::bigint[], $4::text[]) AS q (seq, id)
  WHERE i.workspace_id = $1 AND i.id = q.id AND i.seq = q.seq)
DELETE FROM events e USING unnest($2::int[], $3::bigint[]) AS q (day, seq)
WHERE e.workspace_id = $1 AND e.day = q.day AND e.seq = q.seq`,
)

/** What one batch removes: as many rows as the budget has, in the order in which they must go. */
class RemovalPlan {
  readonly attempts: { readonly day: number; readonly id: string; readonly count: number }[] = []
  readonly deliveries: RemovableDelivery[] = []
  readonly events: RemovableEvent[] = []
  readonly #budget: RemovalBudget

  constructor(budget: RemovalBudget) {
    this.#budget = budget
  }

  /** False when the budget ended before the event was planned whole. */
  add(event: RemovableEvent, deliveries: readonly RemovableDelivery[]): boolean {
    for (const delivery of deliveries) {
      if (this.#budget.rowsLeft <= 0) return false
      const count = Math.min(delivery.attempts, this.#budget.rowsLeft)
      if (count > 0) this.attempts.push({ day: delivery.day, id: delivery.id, count })
      this.#budget.noteRemoved('attempts', count)
      // There may be more attempts: the delivery goes in a later batch, after the last of them.
      if (this.#budget.rowsLeft <= 0) return false
      this.deliveries.push(delivery)
      this.#budget.noteRemoved('deliveries', 1)
    }
    if (this.#budget.rowsLeft <= 0) return false
    this.events.push(event)
    this.#budget.noteRemoved('events', 1)
    return true
  }
}

export interface RemovedBatch {
  readonly deliveries: readonly RemovableDelivery[]
  /** The last event that is gone, or was passed over; undefined: not even the first. */
  readonly last: RemovableEvent | undefined
  /** The budget was enough for all of them. */
  readonly isDone: boolean
}

/**
 * @param events of one workspace, oldest first
 * @param mayGo called with the deliveries of each event; false: the event stays as it is
 */
export async function removeEvents(
  session: Session,
  events: readonly RemovableEvent[],
  budget: RemovalBudget,
  mayGo: (deliveries: readonly RemovableDelivery[]) => boolean,
): Promise<RemovedBatch> {
  const [first] = events
  if (first === undefined) return { deliveries: [], last: undefined, isDone: true }
  const columns = columnsOf(
    events,
    ({ day }) => day,
    ({ id }) => id,
  )
  const deliveries = await session.all(DELIVERIES_OF_EVENTS, first.workspaceId, ...columns)
  const ofEvent = Map.groupBy(deliveries, ({ eventSeq }) => eventSeq)
  const plan = new RemovalPlan(budget)
  let last: RemovableEvent | undefined
  let isDone = true
  for (const event of events) {
    const own = ofEvent.get(event.seq) ?? []
    if (!mayGo(own)) budget.noteLookedAt()
    else if (!plan.add(event, own)) {
      isDone = false
      break
    }
    last = event
  }
  await carryOut(session, first.workspaceId, plan)
  return { deliveries: plan.deliveries, last, isDone }
}

async function carryOut(session: Session, workspaceId: string, plan: RemovalPlan): Promise<void> {
  const dayOf = ({ day }: { readonly day: number }) => day
  const idOf = ({ id }: { readonly id: string }) => id
  if (plan.attempts.length > 0) {
    const columns = columnsOf(plan.attempts, dayOf, idOf, ({ count }) => count)
    await session.run(REMOVE_ATTEMPTS, workspaceId, ...columns)
  }
  if (plan.deliveries.length > 0) {
    await session.run(REMOVE_DELIVERIES, workspaceId, ...columnsOf(plan.deliveries, dayOf, idOf))
  }
  if (plan.events.length > 0) {
    await session.run(REMOVE_EVENTS, workspaceId, ...columnsOf(plan.events, dayOf, ({ seq }) => seq, idOf))
  }
}
