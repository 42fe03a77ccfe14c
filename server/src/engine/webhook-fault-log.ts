// Owns what the operator learns of a webhook that nothing can be sent for, such as one whose secret does not open: one line a minute,
// however often it is tried. Must never be used for what a receiver does.
import type { Logger } from 'pino'
import type { Clock } from '../platform/clock.ts'
import { LruMap } from '../platform/lru-map.ts'

export interface WebhookFaultLogDependencies {
  readonly clock: Pick<Clock, 'monotonic'>
  readonly log: Pick<Logger, 'error'>
}

const TOLD_EVERY_MS = 60_000
const WEBHOOKS_MAX = 10_000

export class WebhookFaultLog {
  readonly #dependencies: WebhookFaultLogDependencies
  readonly #toldAt = new LruMap<number>(WEBHOOKS_MAX)

  constructor(dependencies: WebhookFaultLogDependencies) {
    this.#dependencies = dependencies
  }

  note(webhookId: string, error: unknown, message: string): void {
    const now = this.#dependencies.clock.monotonic()
    const toldAt = this.#toldAt.get(webhookId)
    if (toldAt !== undefined && now - toldAt < TOLD_EVERY_MS) return
    this.#toldAt.set(webhookId, now)
    this.#dependencies.log.error({ err: error, webhookId }, message)
  }
}
