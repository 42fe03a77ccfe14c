// Owns the days of deliveries that are leased to this node and lie elsewhere than their id says: those that came from
// SQLite with an event of MOVED_DAY. Must never hold more than what is leased.
import type { DeliveryLease } from '../storage.ts'
import { dayOfDelivery } from './day.ts'

type HeldLease = Pick<DeliveryLease, 'id' | 'leaseToken'>

export class HeldDays {
  /** By lease, not by delivery: a late result of an earlier lease must not take away what the next one needs. */
  readonly #days = new Map<string, number>()

  /** @param day where the delivery was found when it was claimed */
  hold(lease: HeldLease, day: number): void {
    if (day !== dayOfDelivery(lease.id)) this.#days.set(keyOf(lease), day)
  }

  dayOf(lease: HeldLease): number {
    // Nearly always there is nothing to look for.
    const held = this.#days.size === 0 ? undefined : this.#days.get(keyOf(lease))
    return held ?? dayOfDelivery(lease.id)
  }

  drop(lease: HeldLease): void {
    if (this.#days.size > 0) this.#days.delete(keyOf(lease))
  }
}

function keyOf({ id, leaseToken }: HeldLease): string {
  return `${id} ${leaseToken}`
}
