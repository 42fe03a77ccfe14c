// Owns the end of leases that got no result in time: each is a failed attempt, and the schedule decides what follows.
// Must never end a lease before its time, nor one that was extended: the storage has the last word, by the lease's token.
import type { Clock } from '../platform/clock.ts'
import type { Outcome } from '../platform/transport.ts'
import { leaseOf, type PullLease, readHeaders, type Storage } from '../storage/storage.ts'
import type { Conclusions } from './conclusion.ts'
import { Loop, type OnFault } from './loop.ts'
import type { Targets } from './targets.ts'

export interface PullEndsDependencies {
  readonly clock: Clock
  readonly storage: Pick<Storage, 'listEndedPullLeases' | 'releasePulled'>
  readonly targets: Pick<Targets, 'get'>
  readonly conclusions: Conclusions
  readonly onFault: OnFault
}

const BATCH = 100
/** Leases that another node gave are found after this time. */
const IDLE_MS = 5000
/** Leases that end one after another are ended together. */
const GATHER_MS = 20

export const LEASE_ENDED_SENTENCE =
  'The consumer gave no result before its lease ended. Extend the lease while it works, or ask for a longer one.'

export class PullEnds {
  readonly #dependencies: PullEndsDependencies
  readonly #loop: Loop

  constructor(dependencies: PullEndsDependencies) {
    const { clock, onFault } = dependencies
    this.#dependencies = dependencies
    this.#loop = new Loop({ clock, onFault, name: 'ends of pull leases', runOnce: () => this.runOnce() })
  }

  start(): void {
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** A lease ends in so many milliseconds. */
  noteEnd(ms: number): void {
    this.#loop.wakeIn(ms + GATHER_MS)
  }

  /** One batch. Returns the milliseconds until the next lease ends. */
  async runOnce(): Promise<number> {
    const { clock, storage } = this.#dependencies
    const now = clock.now()
    const { leases, nextEndAt } = await storage.listEndedPullLeases(now, BATCH)
    await Promise.all(leases.map((lease) => this.#end(lease)))
    if (leases.length === BATCH) return 0
    return nextEndAt === null ? IDLE_MS : Math.min(Math.max(nextEndAt - now, 0) + GATHER_MS, IDLE_MS)
  }

  async #end(lease: PullLease): Promise<void> {
    const { clock, storage, targets, conclusions } = this.#dependencies
    const target = await targets.get(lease)
    // The webhook was deleted: what is queued for it is ended by whoever ends that.
    if (target === undefined) return storage.releasePulled([leaseOf(lease)], clock.now())
    const requestHeaders = readHeaders(lease.requestHeaders)
    const ended = { delivery: lease, target, startedAt: lease.leasedAt, requestHeaders, outcome: endOf(lease) }
    await conclusions.conclude({ ...ended, isPulled: true }).written
  }
}

function endOf({ leasedAt, leaseUntil, remoteAddress }: PullLease): Outcome {
  return { ...NOTHING_CAME, durationMs: leaseUntil - leasedAt, remoteAddress }
}

/** A consumer has no phases. */
export const NO_TIMINGS = { dns: null, connect: null, tls: null, firstByte: null }

const NOTHING_CAME = {
  kind: 'timed_out',
  responseStatus: null,
  responseHeaders: null,
  responseBody: null,
  timings: NO_TIMINGS,
  error: LEASE_ENDED_SENTENCE,
} as const
