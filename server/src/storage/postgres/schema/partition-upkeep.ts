// Owns making the daily partitions ahead, for as long as the node runs, and telling when that fails: rows of a day without one go to
// the default partition, which is never dropped as a day.
import type { Pool } from 'pg'
import type { Cancel, Clock } from '../../../platform/clock.ts'
import { DAYS_AHEAD, makePartitions } from './partitions.ts'

const EVERY_MS = 3_600_000
const AGAIN_MS = 60_000
/** A lock that was taken at the wrong moment is no trouble, nor is an hour of it. There are days to succeed. */
const TROUBLE_AFTER_MS = 2 * 3_600_000

export interface PartitionUpkeepDependencies {
  readonly pool: Pool
  readonly clock: Clock
  /** The time of the database. */
  readonly now: () => number
  /** Called at each failure. */
  readonly onFault: (error: unknown) => void
}

export class PartitionUpkeep {
  readonly #dependencies: PartitionUpkeepDependencies
  #cancel: Cancel | undefined
  #making: Promise<void> = Promise.resolve()
  /** Since when it has failed each time. */
  #failingSince: number | undefined
  #isStopped = false

  constructor(dependencies: PartitionUpkeepDependencies) {
    this.#dependencies = dependencies
  }

  async start(): Promise<void> {
    this.#making = this.#make()
    await this.#making
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel?.()
    await this.#making
  }

  /** A sentence for the operator; undefined: there is none. */
  trouble(): string | undefined {
    const since = this.#failingSince
    if (since === undefined || this.#dependencies.clock.monotonic() - since < TROUBLE_AFTER_MS) return undefined
    return `The partitions of the next ${DAYS_AHEAD} days cannot be made; see the log.`
  }

  async #make(): Promise<void> {
    const { pool, now, clock, onFault } = this.#dependencies
    const isMade = await makePartitions(pool, now()).then(
      () => true,
      (error: unknown) => {
        onFault(error)
        return false
      },
    )
    this.#failingSince = isMade ? undefined : (this.#failingSince ?? clock.monotonic())
    if (this.#isStopped) return
    this.#cancel = clock.schedule(
      () => {
        this.#making = this.#make()
      },
      isMade ? EVERY_MS : AGAIN_MS,
    )
  }
}
