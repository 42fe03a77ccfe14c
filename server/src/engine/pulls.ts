// Owns pulling: what a consumer is given of a webhook of kind `pull`, and what becomes of it (CONTRACT §2, Pull).
// Must never give what is not leased on disk, nor count a result whose lease has ended.
import { timingSafeEqual } from 'node:crypto'
import { Refusal } from '@timbre/contract/errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { Random } from '../platform/random.ts'
import type { Outcome } from '../platform/transport.ts'
import {
  headersText,
  leaseOf,
  type NewPullLease,
  type PeekedDelivery,
  type PullKey,
  type PullLease,
  readHeaders,
  type Storage,
} from '../storage/storage.ts'
import { type ConclusionDependencies, Conclusions } from './conclusion.ts'
import type { OnFault } from './loop.ts'
import type {
  ConsumerResult,
  GivenDeliveries,
  GivenDelivery,
  PullApi,
  PullRequest,
  RequestKey,
  ResultEnd,
} from './pull-api.ts'
import { NO_TIMINGS, PullEnds } from './pull-ends.ts'
import { PullTurns } from './pull-turns.ts'
import { LOOK_MS, type PullWaiter, PullWaiters } from './pull-waiters.ts'
import type { RateLimiter } from './rate-limiter.ts'
import type { RetryPolicy } from './retry-policy.ts'
import { maskedHeaders, RequestHeaders } from './signer.ts'
import type { Target, Targets } from './targets.ts'

export interface PullsDependencies extends ConclusionDependencies {
  readonly clock: Clock
  readonly random: Random
  readonly storage: Storage
  readonly targets: Pick<Targets, 'get'>
  readonly rateLimiter: RateLimiter
  readonly onFault: OnFault
}

export interface PullsOptions {
  readonly policy: RetryPolicy
  readonly userAgent: string
  /** Leases of one webhook at once, over all nodes. */
  readonly inFlightPerWebhookMax: number
}

interface Look {
  readonly given: readonly GivenDelivery[]
  /** Milliseconds after which there may be more; 0: there is now; null: nobody knows. */
  readonly moreInMs: number | null
}

/** Of the envelopes of one response, unless the first alone is longer. */
const ENVELOPE_BYTES_MAX = 1024 * 1024
/** 192 bits. */
const TOKEN_BYTES = 24
/** After another node was faster. */
const AGAIN_MS = 20
const NOTHING: Look = { given: [], moreInMs: null }

export class Pulls implements PullApi {
  readonly #dependencies: PullsDependencies
  readonly #options: PullsOptions
  readonly #headers: RequestHeaders
  readonly #conclusions: Conclusions
  readonly #waiters: PullWaiters
  readonly #turns = new PullTurns()
  readonly #ends: PullEnds

  constructor(dependencies: PullsDependencies, options: PullsOptions) {
    this.#dependencies = dependencies
    this.#options = options
    this.#headers = new RequestHeaders(options)
    this.#conclusions = new Conclusions(dependencies, options)
    this.#waiters = new PullWaiters(dependencies)
    this.#ends = new PullEnds({ ...dependencies, conclusions: this.#conclusions })
  }

  start(): void {
    this.#waiters.start()
    this.#ends.start()
  }

  /** Whoever waits is answered with nothing. Leases stay: they are the consumers'. */
  async stop(): Promise<void> {
    await Promise.all([this.#waiters.stop(), this.#ends.stop()])
  }

  /** Something of these webhooks is due, or there is capacity for another lease. */
  wake(webhookIds: readonly string[]): void {
    for (const id of webhookIds) this.#waiters.wake(id)
  }

  /** See PullApi.pull. */
  async pull(request: PullRequest): Promise<GivenDeliveries> {
    const { clock } = this.#dependencies
    const waiter = this.#waiters.enter(request)
    let look = NOTHING
    try {
      request.onGone(() => waiter.end())
      const before = await this.#givenBefore(request)
      if (before.length > 0) return { given: before, isRepeated: true }
      const endAt = clock.monotonic() + request.waitMs
      for (;;) {
        waiter.look()
        look = await this.#turns.run(request, () => this.#look(request, waiter))
        const leftMs = endAt - clock.monotonic()
        if (look.given.length > 0 || leftMs <= 0 || waiter.isEnded) return { given: look.given, isRepeated: false }
        if (look.moreInMs !== null) this.#waiters.wakeIn(request.webhookId, look.moreInMs)
        await this.#waiters.wait(waiter, leftMs)
      }
    } finally {
      this.#waiters.leave(waiter, look.moreInMs === 0)
    }
  }

  /** See PullApi.record. */
  async record(key: PullKey, results: readonly ConsumerResult[], remoteAddress: string): Promise<ResultEnd[]> {
    const { clock } = this.#dependencies
    const leases = await this.#openLeases(key)
    const now = clock.now()
    return Promise.all(
      results.map((result) => {
        const lease = leases.get(result.deliveryId)
        if (lease === undefined || hasEnded(lease, now) || !isSame(lease.leaseToken, result.leaseToken))
          return 'lease_ended'
        // The second result of one request for the same delivery is too late.
        leases.delete(result.deliveryId)
        return result.status === null ? this.#release([lease]) : this.#conclude(lease, result, remoteAddress)
      }),
    )
  }

  /** See PullApi.extend. */
  async extend(key: PullKey, deliveryId: string, leaseToken: string, leaseMs: number): Promise<number> {
    const { clock, storage } = this.#dependencies
    const lease = (await this.#openLeases(key)).get(deliveryId)
    const now = clock.now()
    const until = now + leaseMs
    const isHeld = lease !== undefined && isSame(lease.leaseToken, leaseToken)
    if (!isHeld || !(await storage.extendPullLease(leaseOf(lease), until, now)))
      throw new Refusal('LEASE_ENDED', { id: deliveryId })
    this.#ends.noteEnd(leaseMs)
    return until
  }

  /** By delivery. */
  async #openLeases({ workspaceId, webhookId }: PullKey): Promise<Map<string, PullLease>> {
    const leases = await this.#dependencies.storage.listPullLeases(workspaceId, webhookId)
    return new Map(leases.map((lease) => [lease.id, lease]))
  }

  /** Finds what is due, signs it and leases it. */
  async #look(request: PullRequest, waiter: PullWaiter): Promise<Look> {
    if (waiter.isEnded) return NOTHING
    const { clock, storage, targets } = this.#dependencies
    const { inFlightPerWebhookMax: leasesMax } = this.#options
    const { workspaceId, webhookId, max: limit } = request
    const peek = { workspaceId, webhookId, limit, leasesMax, envelopeBytesMax: ENVELOPE_BYTES_MAX }
    const now = clock.now()
    const { due, nextDueAt } = await storage.peekPull(peek, now)
    const [first] = due
    if (first === undefined) return { given: [], moreInMs: moreIn(nextDueAt, now) }
    const target = await targets.get(first)
    if (target === undefined) return NOTHING
    const waitMs = this.#takeTurn(target)
    if (waitMs > 0) return { given: [], moreInMs: waitMs }
    const given = await this.#lease(request, target.rateLimitPerSecond === null ? due : [first], target)
    if (given.length === 0) return { given, moreInMs: AGAIN_MS }
    if (waiter.isEnded) return this.#reclaim(request, given)
    return { given, moreInMs: nextDueAt === null || nextDueAt > clock.now() ? null : 0 }
  }

  /** Milliseconds until the rate limit of the webhook allows one more; 0: it is taken. */
  #takeTurn({ webhookId, rateLimitPerSecond }: Target): number {
    if (rateLimitPerSecond === null) return 0
    const { rateLimiter } = this.#dependencies
    const waitMs = rateLimiter.waitMs(webhookId, rateLimitPerSecond)
    if (waitMs === 0) rateLimiter.take(webhookId, rateLimitPerSecond)
    return waitMs
  }

  async #lease(request: PullRequest, due: readonly PeekedDelivery[], target: Target): Promise<GivenDelivery[]> {
    const { clock, random, storage } = this.#dependencies
    const leasedAt = clock.now()
    const leaseUntil = leasedAt + request.leaseMs
    const planned = due.map((delivery) => {
      const headers = this.#headers.of(delivery, target, delivery.envelope, leasedAt)
      const leaseToken = Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url')
      return { delivery, headers, leaseToken }
    })
    const leases = planned.map(({ delivery, headers, leaseToken }): NewPullLease => {
      const { workspaceId, webhookId, id, place } = delivery
      const requestHeaders = headersText(maskedHeaders(headers, target))
      const { remoteAddress } = request
      const requestKey = request.requestKey && textOf(request.requestKey)
      const terms = { leaseToken, leasedAt, leaseUntil, requestHeaders, remoteAddress, requestKey }
      return { workspaceId, webhookId, id, place, ...terms }
    })
    const leased = await storage.leasePulled(leases, this.#options.inFlightPerWebhookMax, leasedAt)
    this.#ends.noteEnd(request.leaseMs)
    return planned
      .filter((_, nth) => leased[nth] === true)
      .map(({ delivery, headers, leaseToken }) => {
        const { id: deliveryId, attempts, envelope } = delivery
        return { deliveryId, leaseToken, leaseUntil, attempt: attempts + 1, headers, body: envelope }
      })
  }

  /** What this very request was given, if its response was lost. Throws Refusal IDEMPOTENCY_KEY_REUSED. */
  async #givenBefore(request: PullRequest): Promise<GivenDelivery[]> {
    const { requestKey: wanted } = request
    if (wanted === null) return []
    const { clock, storage, targets } = this.#dependencies
    const now = clock.now()
    const leases = [...(await this.#openLeases(request)).values()]
    const own = leases.filter(
      (lease) => lease.requestKey?.startsWith(textOf({ ...wanted, request: '' })) && !hasEnded(lease, now),
    )
    if (own.some(({ requestKey }) => requestKey !== textOf(wanted))) throw new Refusal('IDEMPOTENCY_KEY_REUSED')
    const [first] = own
    const target = first && (await targets.get(first))
    if (target === undefined) return []
    const envelopes = await storage.loadEnvelopes(own)
    return own.flatMap((lease, nth) => {
      const envelope = envelopes[nth]
      if (envelope === null || envelope === undefined) return []
      const { id: deliveryId, leaseToken, leaseUntil, attempts } = lease
      const headers = { ...readHeaders(lease.requestHeaders), ...target.headers }
      return [{ deliveryId, leaseToken, leaseUntil, attempt: attempts + 1, headers, body: envelope }]
    })
  }

  /** Whoever asked is gone: it was not given, and no attempt. Meanwhile it may have ended, and be another's. */
  async #reclaim(key: PullKey, given: readonly GivenDelivery[]): Promise<Look> {
    const own = new Set(given.map(({ leaseToken }) => leaseToken))
    const leases = [...(await this.#openLeases(key)).values()]
    await this.#release(leases.filter(({ leaseToken }) => own.has(leaseToken)))
    return { given: [], moreInMs: 0 }
  }

  async #release(leases: readonly PullLease[]): Promise<'released'> {
    const { clock, storage } = this.#dependencies
    await storage.releasePulled(leases.map(leaseOf), clock.now())
    this.wake(leases.map(({ webhookId }) => webhookId))
    return 'released'
  }

  async #conclude(lease: PullLease, result: ConsumerResult, remoteAddress: string): Promise<ResultEnd> {
    const { clock, targets } = this.#dependencies
    const target = await targets.get(lease)
    if (target === undefined) return 'lease_ended'
    const now = clock.now()
    const heldMs = Math.max(now - lease.leasedAt, 0)
    const durationMs = Math.min(result.durationMs ?? heldMs, heldMs)
    const outcome: Outcome = {
      kind: 'answered',
      responseStatus: result.status,
      responseHeaders: null,
      responseBody: result.body,
      durationMs,
      timings: NO_TIMINGS,
      remoteAddress,
      error: null,
    }
    const requestHeaders = readHeaders(lease.requestHeaders)
    const ended = { delivery: lease, target, startedAt: Math.round(now - durationMs), requestHeaders, outcome }
    return (await this.#conclusions.conclude({ ...ended, isPulled: true }).written) ? null : 'lease_ended'
  }
}

/** Due already, and not given: there is no capacity for its lease. A result makes some, or the end of a lease. */
function moreIn(nextDueAt: number | null, now: number): number | null {
  if (nextDueAt === null) return null
  return nextDueAt > now ? nextDueAt - now : LOOK_MS
}

function textOf({ key, request }: RequestKey): string {
  return `${key} ${request}`
}

function hasEnded({ leaseUntil }: PullLease, now: number): boolean {
  return leaseUntil <= now
}

function isSame(token: string, given: string): boolean {
  const [a, b] = [Buffer.from(token), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}
