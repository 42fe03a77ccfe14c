// Owns what time it is for a node among others: its own time, moved to that of the database when its clock is wrong. Must be the one
// clock of everything that writes a time which others read: leases, due times, signatures, the ends of secrets and sessions.
import type { Clock } from '../../../platform/clock.ts'

/** @param offset milliseconds from the node's time to the database's; 0: they agree */
export function correctedClock(clock: Clock, offset: () => number): Clock {
  return {
    now: () => clock.now() + offset(),
    monotonic: () => clock.monotonic(),
    schedule: (callback, delayMs) => clock.schedule(callback, delayMs),
  }
}
