// Owns what somebody without a good key may cost: how often credentials may fail from one address, and at what pace such requests
// are answered. Must never hold up a request whose key is known: many clients can share one address.
import type { Logger } from 'pino'
import type { Clock } from '../../platform/clock.ts'
import { LruMap } from '../../platform/lru-map.ts'
import { addressAccount } from '../http/client-address.ts'
import { TokenBucket } from './token-bucket.ts'

export interface StrangersDependencies {
  readonly clock: Clock
  readonly log: Pick<Logger, 'warn'>
}

interface Account {
  readonly failures: TokenBucket | undefined
  readonly lookUps: TokenBucket
  readonly responses: TokenBucket
  readonly probes: TokenBucket
}

const ADDRESSES_MAX = 10_000
const KEYS_MAX = 10_000
/** When an address has failed too often, so many keys that were not seen before are looked up for it all the same. */
const LOOK_UPS = { perSecond: 10, burst: 20 }
/** What is asked for beyond them waits, at most a second. */
const RESPONSES = { perSecond: 200, burst: 300 }
const RESPONSE_BYTES = 16 * 1024
/** A probe is cheap, and does not wait for what else the address has asked for: a load balancer may share it with everybody. */
const PROBES = { perSecond: 1000, burst: 1500 }
const RESPONSE_WAIT_MS_MAX = 1000
const WARN_EVERY_MS = 10_000

export class Strangers {
  readonly #clock: Clock
  readonly #log: Pick<Logger, 'warn'>
  readonly #failuresPerMinute: number
  readonly #accounts = new LruMap<Account>(ADDRESSES_MAX)
  /** By hash: whether a key that was looked up lately was a good one. */
  readonly #lookedUp = new LruMap<boolean>(KEYS_MAX)
  #failed = 0
  #warnedAt = Number.NEGATIVE_INFINITY

  /** @param failuresPerMinute of one address; 0: as many as there are */
  constructor({ clock, log }: StrangersDependencies, failuresPerMinute: number) {
    this.#clock = clock
    this.#log = log
    this.#failuresPerMinute = failuresPerMinute
  }

  /**
   * Whether a key that is not known may be looked up. One that was good before may always: many clients can share an address. When the
   * address has failed too often, one that was not good may not, and new ones only slowly.
   */
  mayLookUp(address: string, keyHash: string): boolean {
    const now = this.#clock.monotonic()
    const { failures, lookUps } = this.#account(address, now)
    if (failures === undefined || failures.waitMs(now) === 0) return true
    return this.#lookedUp.get(keyHash) ?? lookUps.take(now)
  }

  /** The key that was looked up is a good one. */
  succeeded(keyHash: string): void {
    this.#lookedUp.set(keyHash, true)
  }

  /**
   * Notes that credentials were refused.
   * @param keyHash of a key that was looked up and does not exist
   * @returns whether too many were refused of late from this address, before this one
   */
  failed(address: string, keyHash?: string): boolean {
    if (keyHash !== undefined) this.#lookedUp.set(keyHash, false)
    this.#warn(address)
    const now = this.#clock.monotonic()
    const { failures } = this.#account(address, now)
    if (failures === undefined) return false
    const isOver = failures.waitMs(now) > 0
    failures.overdraw(now, 1)
    failures.forgive(this.#failuresPerMinute)
    return isOver
  }

  /** Seconds until the address may fail once more. */
  retryAfterSeconds(address: string): number {
    const now = this.#clock.monotonic()
    return Math.max(1, Math.ceil((this.#account(address, now).failures?.waitMs(now) ?? 0) / 1000))
  }

  /**
   * Resolves when a response to somebody without a key may be given: at once, unless the address asks for more of them than anybody
   * who means well, so that a flood waits and not those who publish.
   * @param cost in responses; see `costOf`
   */
  async pace(address: string, cost = 1): Promise<void> {
    const now = this.#clock.monotonic()
    await this.#wait(this.#account(address, now).responses, RESPONSES.perSecond, cost, now)
  }

  /** The same for a response that says whether the server is there. */
  async paceProbe(address: string): Promise<void> {
    const now = this.#clock.monotonic()
    await this.#wait(this.#account(address, now).probes, PROBES.perSecond, 1, now)
  }

  async #wait(bucket: TokenBucket, perSecond: number, cost: number, now: number): Promise<void> {
    const waitMs = bucket.overdraw(now, cost)
    bucket.forgive((RESPONSE_WAIT_MS_MAX * perSecond) / 1000)
    if (waitMs < 1) return
    await new Promise<void>((resolve) => this.#clock.schedule(resolve, Math.min(waitMs, RESPONSE_WAIT_MS_MAX)))
  }

  #account(address: string, now: number): Account {
    const key = addressAccount(address)
    const found = this.#accounts.get(key)
    if (found !== undefined) return found
    const perMinute = this.#failuresPerMinute
    const made = {
      failures: perMinute === 0 ? undefined : new TokenBucket({ perSecond: perMinute / 60, burst: perMinute }, now),
      lookUps: new TokenBucket(LOOK_UPS, now),
      responses: new TokenBucket(RESPONSES, now),
      probes: new TokenBucket(PROBES, now),
    }
    this.#accounts.set(key, made)
    return made
  }

  /** Once in a while, so that a flood does not fill the log. */
  #warn(address: string): void {
    this.#failed++
    const now = this.#clock.monotonic()
    if (now - this.#warnedAt < WARN_EVERY_MS) return
    this.#log.warn({ address, failed: this.#failed }, 'credentials were refused; the address is that of the last ones')
    this.#warnedAt = now
    this.#failed = 0
  }
}

/** What a response of so many bytes costs. */
export function costOf(bytes: number): number {
  return Math.max(bytes / RESPONSE_BYTES, 1)
}
