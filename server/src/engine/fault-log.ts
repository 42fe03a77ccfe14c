// Owns what the operator learns of requests that cannot be sent because of this machine: a metric, and one line a minute.
// Must never name a receiver: they are not the cause.
import type { Logger } from 'pino'
import type { Metrics } from '../metrics.ts'
import type { Clock } from '../platform/clock.ts'
import type { Unsent } from '../platform/transport.ts'

export interface FaultLogDependencies {
  readonly clock: Pick<Clock, 'monotonic'>
  readonly log: Pick<Logger, 'error'>
  readonly metrics: Pick<Metrics, 'unsent'>
}

const TOLD_EVERY_MS = 60_000

export class FaultLog {
  readonly #dependencies: FaultLogDependencies
  #toldAt = Number.NEGATIVE_INFINITY
  #untold = 0

  constructor(dependencies: FaultLogDependencies) {
    this.#dependencies = dependencies
  }

  readonly note = ({ error }: Unsent): void => {
    const { clock, log, metrics } = this.#dependencies
    metrics.unsent()
    this.#untold++
    const now = clock.monotonic()
    if (now - this.#toldAt < TOLD_EVERY_MS) return
    log.error(
      { cause: error, requests: this.#untold },
      'requests could not be sent because of this machine; their deliveries wait, and no attempt is counted',
    )
    this.#toldAt = now
    this.#untold = 0
  }
}
