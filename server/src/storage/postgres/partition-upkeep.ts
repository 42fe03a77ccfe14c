// Owns making the daily partitions ahead, for as long as the node runs.
import type { Pool } from 'pg'
import type { Cancel, Clock } from '../../platform/clock.ts'
import { makePartitions } from './partitions.ts'

const EVERY_MS = 3_600_000
const AGAIN_MS = 60_000

export class PartitionUpkeep {
  readonly #pool: Pool
  readonly #clock: Clock
  #cancel: Cancel | undefined
  #making: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(pool: Pool, clock: Clock) {
    this.#pool = pool
    this.#clock = clock
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

  async #make(): Promise<void> {
    // There are three days to succeed; until then rows of a day without a partition go to the default one.
    const isMade = await makePartitions(this.#pool, this.#clock.now()).then(
      () => true,
      () => false,
    )
    if (this.#isStopped) return
    this.#cancel = this.#clock.schedule(
      () => {
        this.#making = this.#make()
      },
      isMade ? EVERY_MS : AGAIN_MS,
    )
  }
}
