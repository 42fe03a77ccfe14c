// Owns the day that a moved event lies in, with everything of it.
import { dayOf, dayOfDelivery, MOVED_DAY } from '../postgres/schema/day.ts'

/**
 * The day that the ids of its deliveries tell, because a delivery is looked up in the day of its id. That is the day on
 * which the event was accepted or, when only a replay made deliveries, a later one; then the event is merely dropped later.
 * Ids that tell different days, or one that has no partition or is before the event, leave MOVED_DAY.
 *
 * @param acceptedAt milliseconds
 * @param days that have a partition
 */
export function dayOfMovedEvent(acceptedAt: number, deliveryIds: readonly string[], days: ReadonlySet<number>): number {
  const accepted = dayOf(acceptedAt)
  const [first, ...others] = new Set(deliveryIds.map(dayOfDelivery))
  const day = first ?? accepted
  return others.length === 0 && day >= accepted && days.has(day) ? day : MOVED_DAY
}
