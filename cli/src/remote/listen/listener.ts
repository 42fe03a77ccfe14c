// Owns the loop of `timbre listen`: one delivery after another from the server to the receiver, and its response to the server.
// Must never acknowledge what the receiver has not answered, nor forward what another listener may have.
import type { Client, PulledItem } from '@getsupervisor/agents-studio-sdk'
import { now, pause } from '../../frame/world.ts'
import { type Exchange, eventIn, statusOf } from './exchange.ts'
import { type Forwarded, forward } from './forward.ts'
import type { Report } from './listen-news.ts'
import { listens } from './local-ports.ts'
import { RecentSet } from './recent-set.ts'
import { WAIT_SECONDS } from './server-link.ts'

export interface ListenerDependencies {
  readonly client: Client
  readonly webhookId: string
  readonly forwardTo: URL
  readonly report: Report
  /** Ends it: what is being forwarded is finished, the rest is released. */
  readonly signal: AbortSignal
  /** The newest delivery of the webhook at the start: it and what is older is acknowledged and not forwarded. */
  readonly skipUpTo: string | undefined
  /** For a person who wonders why nothing listens. */
  readonly otherPorts: () => Promise<readonly string[]>
}

/** Few: what is leased is signed now, and would be too old if it waited long. */
const LEASED_MAX = 5
/** Of a listener that is killed: so long its deliveries wait for the next one. */
const LEASE_SECONDS = 30
const LOOK_EVERY_MS = 1000
const SKIPPED = 'skipped by timbre listen --skip-missed'

export class Listener {
  readonly #dependencies: ListenerDependencies
  /** Deliveries whose request was written, so that one that comes again is marked, whatever its attempt. */
  readonly #written = new RecentSet()
  readonly #skipped = new RecentSet()
  #count = 0

  constructor(dependencies: ListenerDependencies) {
    this.#dependencies = dependencies
  }

  /** Until the signal, and until the server knows what became of everything. */
  async run(): Promise<void> {
    const { client, webhookId, signal } = this.#dependencies
    const options = { max: LEASED_MAX, leaseSeconds: LEASE_SECONDS, waitSeconds: WAIT_SECONDS, signal }
    while (!signal.aborted) {
      await this.#untilReceiverListens()
      for await (const item of client.webhooks.pull(webhookId, options)) {
        if (this.#isMissed(item)) this.#skip(item)
        else if (!(await this.#forward(item))) break
      }
    }
  }

  /** Numbers what is sent from here in another way, in the same row. */
  nextNumber(): number {
    return ++this.#count
  }

  async #untilReceiverListens(): Promise<void> {
    const { forwardTo, report, signal, otherPorts } = this.#dependencies
    let isTold = false
    while (!signal.aborted && !(await listens(forwardTo))) {
      if (!isTold) report({ kind: 'receiver_away', otherPorts: await otherPorts() })
      isTold = true
      await pause(LOOK_EVERY_MS, signal)
    }
    if (isTold && !signal.aborted) report({ kind: 'receiver_back' })
  }

  /** One that was skipped and comes again is asked for by somebody. */
  #isMissed({ deliveryId }: PulledItem): boolean {
    const { skipUpTo } = this.#dependencies
    return skipUpTo !== undefined && madeAt(deliveryId) <= madeAt(skipUpTo) && !this.#skipped.has(deliveryId)
  }

  #skip(item: PulledItem): void {
    const { eventId, type } = eventIn(item.headers, item.body)
    item.ack(SKIPPED)
    this.#skipped.add(item.deliveryId)
    this.#dependencies.report({ kind: 'skipped', deliveryId: item.deliveryId, eventId, type })
  }

  /** False: the receiver is gone. Then the delivery is released, and comes when it is back. */
  async #forward(item: PulledItem): Promise<boolean> {
    const { forwardTo, report } = this.#dependencies
    const forwardedAt = now()
    const { headers, body } = item
    const end = await forward(forwardTo, { headers, body, mayBegin: () => item.isHeld })
    if (end.outcome === 'not_sent') {
      // Not ours any more: whoever has it forwards it.
      if (!item.isHeld) return true
      if (!(await listens(forwardTo))) {
        item.release()
        return false
      }
    }
    const exchange = this.#exchange(item, forwardedAt, end)
    // Also of a success: what the receiver answered is the attempt.
    item.fail(statusOf(exchange), exchange.response?.body ?? exchange.error ?? '')
    if (end.outcome !== 'not_sent') this.#written.add(item.deliveryId)
    report({ kind: 'forwarded', exchange })
    return true
  }

  #exchange(item: PulledItem, forwardedAt: number, end: Forwarded): Exchange {
    const { deliveryId, attempt, headers, body } = item
    return {
      nth: this.nextNumber(),
      origin: 'delivery',
      deliveryId,
      ...eventIn(headers, body),
      attempt,
      isRepeat: attempt > 1 || this.#written.has(deliveryId),
      headers,
      body,
      forwardedAt,
      durationMs: end.durationMs,
      response: end.outcome === 'answered' ? end.response : null,
      error: end.outcome === 'answered' ? null : end.reason,
    }
  }
}

/** When a delivery was made, by the server's clock: the first 48 bits of its id (RFC 9562 §5.7). Its event may say any time. */
export function madeAt(deliveryId: string): number {
  return Number.parseInt(deliveryId.replaceAll('-', '').slice(0, 12), 16)
}
