// Owns taking results to disk: in group commits, and again while the store does not take them.
// Must never drop a result while its lease holds: losing it would mean sending a success twice.
import type { Logger } from 'pino'
import type { Clock } from '../platform/clock.ts'
import type { EventLoop } from '../platform/event-loop.ts'
import type { AttemptResult } from '../storage/storage.ts'
import { GroupCommit } from './group-commit.ts'
import { isOutage } from './outage.ts'

export interface RecorderDependencies {
  readonly clock: Clock
  readonly loop: Pick<EventLoop, 'turnEnd'>
  readonly log: Logger
  /** Writes a batch in one transaction; false: the lease was lost. */
  readonly commit: (batch: readonly AttemptResult[]) => Promise<readonly boolean[]>
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
    const { commit, loop } = dependencies
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
