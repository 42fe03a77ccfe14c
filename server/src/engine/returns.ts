// Owns giving deliveries back without an attempt: in group commits, and again until the store has taken them. What it does
// not take before the end of their lease, is free then.
import type { Logger } from 'pino'
import type { Clock } from '../platform/clock.ts'
import type { EventLoop } from '../platform/event-loop.ts'
import { leaseOf, type Storage } from '../storage/storage.ts'
import { GroupCommit } from './group-commit.ts'
import type { HeldDelivery } from './held-delivery.ts'
import { isOutage } from './outage.ts'

export interface ReturnsDependencies {
  readonly clock: Clock
  readonly loop: Pick<EventLoop, 'afterTick'>
  readonly storage: Pick<Storage, 'releaseDeliveries'>
  readonly log: Logger
  readonly onReturned: () => void
}

const BATCH_MAX = 500
const RETRY_MS = 1000

export class Returns {
  readonly #dependencies: ReturnsDependencies
  readonly #commits: GroupCommit<HeldDelivery, undefined>
  #isStopping = false

  constructor(dependencies: ReturnsDependencies) {
    this.#dependencies = dependencies
    this.#commits = new GroupCommit({
      commit: (batch) => this.#commit(batch),
      weight: () => 1,
      batchWeightMax: BATCH_MAX,
      isOutage,
      loop: dependencies.loop,
    })
  }

  /** Never throws, never waits. */
  add(delivery: HeldDelivery): void {
    void this.#addUntilTaken(delivery)
  }

  /** From now on nothing is tried again. */
  stop(): void {
    this.#isStopping = true
  }

  drained(): Promise<void> {
    return this.#commits.drained()
  }

  async #addUntilTaken(delivery: HeldDelivery): Promise<void> {
    const { clock, log } = this.#dependencies
    for (;;) {
      try {
        return await this.#commits.add(delivery)
      } catch (error) {
        if (this.#isStopping || clock.now() >= delivery.leaseUntil) {
          log.error({ err: error, deliveryId: delivery.id }, 'a delivery could not be released; its lease will expire')
          return
        }
        await new Promise<void>((resolve) => clock.schedule(resolve, RETRY_MS))
      }
    }
  }

  async #commit(batch: readonly HeldDelivery[]): Promise<readonly undefined[]> {
    const { storage, clock, onReturned } = this.#dependencies
    await storage.releaseDeliveries(batch.map(leaseOf), clock.now())
    onReturned()
    return batch.map(() => undefined)
  }
}
