// Owns waiting for something no longer than a time allows.
import type { Clock } from './clock.ts'

/** Resolves when that has ended, or after `ms`, whichever comes first. Must never be given what rejects. */
export function withinTime(clock: Clock, ms: number, ended: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.schedule(resolve, ms)
    void ended.then(() => {
      cancel()
      resolve()
    })
  })
}
