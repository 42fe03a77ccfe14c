// Owns what the engine tells when the metrics are read. Must never fail the page: a value that cannot be had is NaN.
import type { WatchedGauges } from '../metrics.ts'
import type { Clock } from '../platform/clock.ts'
import type { Storage } from '../storage/storage.ts'

export interface Gauged {
  readonly clock: Pick<Clock, 'now'>
  readonly storage: Pick<Storage, 'nextDueAt'>
  readonly lanes: {
    readonly inFlight: number
    readonly waiting: number
    readonly waitingForOrigin: number
    readonly unrecorded: number
  }
  readonly acceptor: { readonly expectedWaitMs: number }
  readonly memory: { readonly size: number }
  readonly bodies: { readonly count: number }
}

export function engineGauges({ clock, storage, lanes, acceptor, memory, bodies }: Gauged): WatchedGauges {
  return {
    inFlight: () => lanes.inFlight,
    waiting: () => lanes.waiting,
    expectedWaitMs: () => acceptor.expectedWaitMs,
    oldestDueMs: () => oldestDueMs(storage, clock),
    heldBodies: () => memory.size,
    bodiesReadAgain: () => bodies.count,
    waitingForOrigin: () => lanes.waitingForOrigin,
    resultsWaiting: () => lanes.unrecorded,
  }
}

/** NaN while the storage cannot say: the other metrics are wanted most then. */
async function oldestDueMs(storage: Gauged['storage'], clock: Gauged['clock']): Promise<number> {
  const dueAt = await storage.nextDueAt().catch(() => Number.NaN)
  return dueAt === null ? 0 : Math.max(clock.now() - dueAt, 0)
}
