// Owns what the engine tells when the metrics are read. Must never fail the page: a value that cannot be had is NaN.
import type { QueueGauges, WaitReason, WatchedGauges } from '../metrics.ts'
import type { Clock } from '../platform/clock.ts'
import type { Storage } from '../storage/storage.ts'

export interface Gauged {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
  readonly storage: Pick<Storage, 'nextDueAt' | 'countQueued'>
  readonly lanes: {
    readonly inFlight: number
    readonly waiting: number
    readonly waitingForOrigin: number
    readonly unrecorded: number
    readonly waitingFor: Readonly<Record<WaitReason, number>>
  }
  readonly acceptor: { readonly expectedWaitMs: number }
  readonly memory: { readonly size: number }
  readonly envelopes: { readonly count: number }
}

/** A large queue takes a moment to be counted, and anybody may read the metrics as often as they like. */
const QUEUE_AGE_MS_MAX = 30_000
const QUEUE_ROWS_MAX = 100_000

export function engineGauges({ clock, storage, lanes, acceptor, memory, envelopes }: Gauged): WatchedGauges {
  const queue = new QueueCount(storage, clock)
  return {
    inFlight: () => lanes.inFlight,
    waiting: () => lanes.waiting,
    expectedWaitMs: () => acceptor.expectedWaitMs,
    waitingFor: () => lanes.waitingFor,
    queued: () => queue.read(),
    oldestDueMs: () => oldestDueMs(storage, clock),
    heldEnvelopes: () => memory.size,
    envelopesReadAgain: () => envelopes.count,
    waitingForOrigin: () => lanes.waitingForOrigin,
    resultsWaiting: () => lanes.unrecorded,
  }
}

/** What is queued, at most 30 s old. */
class QueueCount {
  readonly #storage: Gauged['storage']
  readonly #clock: Gauged['clock']
  #readAt = Number.NEGATIVE_INFINITY
  #counts: Promise<QueueGauges> = Promise.resolve(UNKNOWN)

  constructor(storage: Gauged['storage'], clock: Gauged['clock']) {
    this.#storage = storage
    this.#clock = clock
  }

  read(): Promise<QueueGauges> {
    const now = this.#clock.monotonic()
    if (now - this.#readAt >= QUEUE_AGE_MS_MAX) {
      this.#readAt = now
      this.#counts = this.#count().catch(() => UNKNOWN)
    }
    return this.#counts
  }

  async #count(): Promise<QueueGauges> {
    const now = this.#clock.now()
    const { due, retry, schedule, callOrder, consumer, webhookInactive, oldestCreatedAt } =
      await this.#storage.countQueued(now, QUEUE_ROWS_MAX)
    return {
      byReason: { due, retry, schedule, call_order: callOrder, consumer, webhook_inactive: webhookInactive },
      oldestPendingMs: oldestCreatedAt === null ? 0 : Math.max(now - oldestCreatedAt, 0),
    }
  }
}

const NOT_COUNTED = Number.NaN
const UNKNOWN: QueueGauges = {
  byReason: {
    due: NOT_COUNTED,
    retry: NOT_COUNTED,
    schedule: NOT_COUNTED,
    call_order: NOT_COUNTED,
    consumer: NOT_COUNTED,
    webhook_inactive: NOT_COUNTED,
  },
  oldestPendingMs: NOT_COUNTED,
}

/** NaN while the storage cannot say: the other metrics are wanted most then. */
async function oldestDueMs(storage: Gauged['storage'], clock: Gauged['clock']): Promise<number> {
  const dueAt = await storage.nextDueAt().catch(() => Number.NaN)
  return dueAt === null ? 0 : Math.max(clock.now() - dueAt, 0)
}
