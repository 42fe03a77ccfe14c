// Owns recording: results to disk in group commits, again while the store does not take them, and what follows from each.
// Must never drop a result while its lease holds: losing it would mean sending a success twice.
import type { Logger } from 'pino'
import type { Metrics } from '../metrics.ts'
import type { Clock } from '../platform/clock.ts'
import type { EventLoop } from '../platform/event-loop.ts'
import {
  type Announced,
  type AttemptResult,
  type LeaseOffer,
  NOTHING_OFFERED,
  type Storage,
} from '../storage/storage.ts'
import { GroupCommit } from './group-commit.ts'
import { isOutage } from './outage.ts'

export interface RecorderDependencies {
  readonly clock: Clock
  readonly loop: Pick<EventLoop, 'afterTick'>
  readonly log: Logger
  readonly storage: Pick<Storage, 'recordAttempts'>
  readonly offer: () => LeaseOffer
  /** What became of the announcements in a commit, and of whom consumers may have something now. */
  readonly onAnnounced: (announced: Announced, leaseUntil: number) => void
  readonly metrics: Pick<Metrics, 'recorded'>
  readonly onChanged?: (workspaceId: string) => void
  /** A delivery has another attempt at this time. */
  readonly onDue: (at: number) => void
  /** The lease was lost, and nothing was written. */
  readonly onFenced: (deliveryId: string) => void
  /** The receiver said that it is gone. `isOurs`: this node has disabled the webhook. */
  readonly onGone: (webhookId: string, isOurs: boolean) => void
}

const BATCH_MAX = 500
const RETRY_MS = 1000
/** After this the lease is about to expire and the delivery will be sent again: at least once. */
const RETRIED_MS_MAX = 10 * 60_000

export class Recorder {
  readonly #dependencies: RecorderDependencies
  readonly #commits: GroupCommit<AttemptResult, boolean>
  #isStopping = false

  constructor(dependencies: RecorderDependencies) {
    const { loop } = dependencies
    const commit = (batch: readonly AttemptResult[]) => this.#commit(batch)
    this.#dependencies = dependencies
    this.#commits = new GroupCommit({ commit, weight: () => 1, batchWeightMax: BATCH_MAX, isOutage, loop })
  }

  /** Resolves when the result is on disk, to false when its lease was lost. Rejects when it could not be written. */
  record(result: AttemptResult): Promise<boolean> {
    return this.#commits.add(result).catch((error: unknown) => this.#recordLater(result, error))
  }

  /** From now on nothing is tried again. */
  stop(): void {
    this.#isStopping = true
  }

  drained(): Promise<void> {
    return this.#commits.drained()
  }

  /** One transaction. Of each result: false when its lease was lost. */
  async #commit(batch: readonly AttemptResult[]): Promise<readonly boolean[]> {
    const { storage, offer: offered, metrics, onAnnounced, onChanged } = this.#dependencies
    // Only announcements are leased here. Without one, the capacity of every lane need not be told.
    const isLeasing = batch.some(({ announce }) => announce.length > 0)
    const offer = isLeasing ? offered() : NOTHING_OFFERED
    const recorded = await storage.recordAttempts(batch, offer)
    metrics.recorded(recorded)
    for (const [nth, result] of batch.entries()) this.#follow(result, recorded.written[nth] === true)
    // Nearly always there is nothing.
    if (recorded.leased.length + recorded.overflow + recorded.pulled.length > 0) onAnnounced(recorded, offer.until)
    if (onChanged !== undefined) for (const { lease } of batch) onChanged(lease.workspaceId)
    return recorded.written
  }

  #follow(result: AttemptResult, written: boolean): void {
    const { log, onFenced, onDue, onGone } = this.#dependencies
    if (!written) {
      onFenced(result.lease.id)
      // Of a consumer's it is its own fault, and it is told.
      if (!result.isPulled) log.warn({ deliveryId: result.lease.id }, 'a result came after its lease was lost')
    }
    if (result.nextAttemptAt !== null && !result.isPulled) onDue(result.nextAttemptAt)
    if (result.disableWebhook !== null) onGone(result.webhookId, written)
  }

  async #recordLater(result: AttemptResult, firstError: unknown): Promise<boolean> {
    const { clock, log } = this.#dependencies
    const giveUpAt = clock.now() + RETRIED_MS_MAX
    // Told once: an outage has thousands of results, and each is tried every second.
    const sentence = 'a result could not be recorded and will be tried again'
    log.error({ err: firstError, deliveryId: result.lease.id }, sentence)
    for (let error = firstError; ; ) {
      if (this.#isStopping || clock.now() >= giveUpAt) throw error
      await new Promise<void>((resolve) => clock.schedule(resolve, RETRY_MS))
      try {
        return await this.#commits.add(result)
      } catch (again) {
        error = again
      }
    }
  }
}
