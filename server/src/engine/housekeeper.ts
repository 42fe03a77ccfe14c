// Owns the small chores that run beside the hot path: leases that expired, deliveries of deleted webhooks,
// stored responses past their 24 hours, the log of changes past its day, sessions past their end, replaced secrets whose time has ended, and deleted webhooks themselves. Each runs in bounded batches so that none keeps the disk from accepting.
import type { Clock } from '../platform/clock.ts'
import type { Storage } from '../storage/storage.ts'
import { Loop, type OnFault } from './loop.ts'

export interface HousekeeperDependencies {
  readonly clock: Clock
  readonly storage: Pick<
    Storage,
    | 'rescueDeliveries'
    | 'endOrphanedDeliveries'
    | 'pruneResponses'
    | 'pruneChanges'
    | 'pruneSessions'
    | 'wipeExpiredSecrets'
    | 'removeDeletedWebhooks'
  >
  readonly onRescued: (count: number) => void
  readonly onFault: OnFault
}

const INTERVAL_MS = 30_000
const BATCH = 500

export class Housekeeper {
  readonly #dependencies: HousekeeperDependencies
  readonly #loop: Loop

  constructor(dependencies: HousekeeperDependencies) {
    const { clock, onFault } = dependencies
    this.#dependencies = dependencies
    this.#loop = new Loop({ clock, onFault, name: 'housekeeper', runOnce: () => this.runOnce() })
  }

  start(): void {
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  wake(): void {
    this.#loop.wake()
  }

  /** One batch of each chore. Returns the milliseconds until the next. */
  async runOnce(): Promise<number> {
    const { clock, storage, onRescued } = this.#dependencies
    const rescued = await storage.rescueDeliveries(clock.now(), false)
    if (rescued > 0) onRescued(rescued)
    const orphaned = await storage.endOrphanedDeliveries(BATCH, clock.now())
    const pruned = await storage.pruneResponses(clock.now(), BATCH)
    const sessions = await storage.pruneSessions(clock.now(), BATCH)
    const forgotten = await storage.pruneChanges(clock.now(), BATCH)
    const wiped = await storage.wipeExpiredSecrets(clock.now(), BATCH)
    const isMore = await storage.removeDeletedWebhooks(BATCH, clock.now())
    return isMore || [orphaned, pruned, forgotten, sessions, wiped].includes(BATCH) ? 0 : INTERVAL_MS
  }
}
