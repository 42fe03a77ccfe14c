// Owns what a consumer holds: extends leases while they are worked on, and tells results, several at once.
// Must never forget a result while its lease may hold, nor take a lease for held that may have ended.
import { ConflictError, NotFoundError } from './errors.ts'
import type { Http } from './http.ts'
import { PulledItem } from './pulled-item.ts'
import type { PulledDelivery, PullResult } from './resources.generated.ts'
import { isTransient, reconnectDelayMs } from './retry.ts'
import { after, newUuid, now, random, sleep } from './runtime.ts'

interface Held {
  readonly deliveryId: string
  readonly leaseToken: string
  /** By this machine's clock, no later than when it was leased or extended last. */
  since: number
  begunAt: number
}

/** Of one request. */
const RESULTS_MAX = 100
/** A lease is extended when a third of it has gone: two more tries fit into the rest. */
const EXTENSIONS_PER_LEASE = 3

export class HeldLeases {
  readonly #http: Http
  readonly #at: string
  readonly #leaseSeconds: number
  readonly #held = new Map<PulledItem, Held>()
  #results: PullResult[] = []
  #telling: Promise<void> | undefined
  #cancel: (() => void) | undefined

  /** @param at the path of the webhook's pull */
  constructor(http: Http, at: string, leaseSeconds: number) {
    this.#http = http
    this.#at = at
    this.#leaseSeconds = leaseSeconds
  }

  /** @param since when it was asked for, in milliseconds since 1970: its lease began no earlier */
  hold(delivery: PulledDelivery, since: number): PulledItem {
    const { deliveryId, leaseToken } = delivery
    const item: PulledItem = new PulledItem(
      delivery,
      (status, body) => this.#settle(item, status, body),
      () => this.#isHeld(item),
    )
    this.#held.set(item, { deliveryId, leaseToken, since, begunAt: now() })
    this.#cancel ??= after(this.#extendMs(), () => void this.#extend())
    return item
  }

  /**
   * From now on it is worked on. False: its lease has ended, as it does while a machine sleeps, and it is not this consumer's any
   * more. Where half of the lease may have gone, the service is asked.
   */
  async begin(item: PulledItem): Promise<boolean> {
    const held = this.#held.get(item)
    if (held === undefined) return false
    if (now() - held.since > (this.#leaseSeconds * 1000) / 2) await this.#extendOne(item, held)
    held.begunAt = now()
    if (this.#isHeld(item)) return true
    this.#held.delete(item)
    return false
  }

  /** Resolves when every result has been told, or its lease must have ended. */
  async told(): Promise<void> {
    await this.#telling
  }

  /** Releases what was not settled. Leases that the service cannot be told of end by themselves. */
  async end(): Promise<void> {
    for (const item of [...this.#held.keys()]) this.#settle(item, null, undefined)
    this.#cancel?.()
    await this.#telling
  }

  #settle(item: PulledItem, status: number | null, body: string | undefined): void {
    const held = this.#held.get(item)
    if (held === undefined) return
    this.#held.delete(item)
    const { deliveryId, leaseToken, begunAt } = held
    const said = body === undefined ? {} : { body }
    this.#results.push({ deliveryId, leaseToken, status, durationMs: Math.max(now() - begunAt, 0), ...said })
    this.#telling ??= this.#tell()
  }

  async #tell(): Promise<void> {
    // Whatever is settled in this moment goes together.
    await Promise.resolve()
    while (this.#results.length > 0) await this.#send(this.#results.splice(0, RESULTS_MAX))
    this.#telling = undefined
  }

  async #send(results: readonly PullResult[]): Promise<void> {
    const call = { method: 'POST', path: `${this.#at}/results`, body: results } as const
    const idempotencyKey = newUuid()
    const until = now() + this.#leaseSeconds * 1000
    for (let failures = 0; ; ) {
      try {
        await this.#http.request(call, { idempotencyKey })
        return
      } catch (error) {
        // What is wrong for good the next pull says too; and what comes after the lease does not count.
        if (!isTransient(error) || now() > until) return
        await sleep(reconnectDelayMs(++failures, random()))
      }
    }
  }

  async #extend(): Promise<void> {
    const old = [...this.#held].filter(([, { since }]) => now() - since >= this.#extendMs() / 2)
    await Promise.all(old.map(([item, held]) => this.#extendOne(item, held)))
    this.#cancel = this.#held.size === 0 ? undefined : after(this.#extendMs(), () => void this.#extend())
  }

  /** One that cannot be extended ends, and its result will not count: whoever has it then does the work again. */
  async #extendOne(item: PulledItem, held: Held): Promise<void> {
    const { deliveryId, leaseToken } = held
    const body = { deliveryId, leaseToken, leaseSeconds: this.#leaseSeconds }
    const call = { method: 'POST', path: `${this.#at}/extend`, body } as const
    const askedAt = now()
    await this.#http.request(call, { timeoutMs: this.#extendMs() }).then(
      () => {
        held.since = askedAt
      },
      (error) => {
        if (error instanceof ConflictError || error instanceof NotFoundError) this.#held.delete(item)
      },
    )
  }

  #isHeld(item: PulledItem): boolean {
    const held = this.#held.get(item)
    return held !== undefined && now() - held.since < this.#leaseSeconds * 1000
  }

  #extendMs(): number {
    return (this.#leaseSeconds * 1000) / EXTENSIONS_PER_LEASE
  }
}
