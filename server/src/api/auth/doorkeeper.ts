// Owns the way in for a request with a key, whoever serves it: whose key it is, what its workspace may still ask for, what the
// route wants of it. Must never read a body, nor let a request without a good key cost more than its answer.
import type { IncomingMessage } from 'node:http'
import { ERRORS, Refusal } from '@timbre/contract/errors.ts'
import type { ClientAddresses } from '../http/client-address.ts'
import type { Connections } from '../http/connections.ts'
import { limitClassOf } from '../limits/limit-class.ts'
import { type RateLimits, rateLimitHeaders } from '../limits/rate-limits.ts'
import type { Strangers } from '../limits/strangers.ts'
import type { ApiMetrics } from '../metrics/api-metrics.ts'
import type { Authenticator, KeyHolder, ScopedRoute } from './authenticate.ts'
import type { Caller } from './caller.ts'

export interface DoorkeeperDependencies {
  readonly authenticator: Authenticator
  readonly addresses: ClientAddresses
  readonly connections: Pick<Connections, 'prove'>
  readonly limits: RateLimits
  readonly strangers: Strangers
  readonly metrics: Pick<ApiMetrics, 'authFailed' | 'rateLimited'>
}

/** Headers that the answer is to carry, whatever it is: names and values in turn. */
export type SetHeaders = (headers: readonly string[]) => void

type KeyedRequest = Pick<IncomingMessage, 'headers' | 'socket'>

export class Doorkeeper {
  readonly #dependencies: DoorkeeperDependencies
  readonly #lookingUp = new Map<string, Promise<KeyHolder | undefined>>()

  constructor(dependencies: DoorkeeperDependencies) {
    this.#dependencies = dependencies
  }

  /**
   * The caller; at once when the key was read a moment ago. Throws or rejects with what `Authenticator` says, and with
   * TOO_MANY_REQUESTS for a workspace past its limit, and for an address whose credentials failed too often.
   */
  admit(request: KeyedRequest, route: ScopedRoute, setHeaders: SetHeaders): Caller | Promise<Caller> {
    const { authenticator } = this.#dependencies
    let keyHash: string
    try {
      keyHash = authenticator.keyHash(request.headers)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return this.refuse(request, error)
    }
    const known = authenticator.findKnown(keyHash)
    if (known !== undefined) return this.#enter(known, request, route, setHeaders)
    return this.#lookUp(keyHash, request).then((holder) => this.#enter(holder, request, route, setHeaders))
  }

  #enter(
    holder: KeyHolder,
    request: KeyedRequest,
    route: ScopedRoute,
    setHeaders: SetHeaders,
  ): Caller | Promise<Caller> {
    const { authenticator, connections, metrics } = this.#dependencies
    connections.prove(request.socket)
    if (holder !== 'admin') this.#countRequest(holder.workspaceId, route, setHeaders)
    try {
      return authenticator.authorize(holder, request.headers, route)
    } catch (error) {
      if (error instanceof Refusal && ERRORS[error.code].status === 403) metrics.authFailed(error.code)
      throw error
    }
  }

  #countRequest(workspaceId: string, route: ScopedRoute, setHeaders: SetHeaders): void {
    const { limits, metrics } = this.#dependencies
    const limitClass = limitClassOf(route)
    const taken = limits.take(workspaceId, limitClass)
    if (taken === undefined) return
    setHeaders(rateLimitHeaders(taken.quota))
    if (taken.retryAfterSeconds === undefined) return
    metrics.rateLimited(limitClass)
    throw new Refusal('TOO_MANY_REQUESTS', { retryAfterSeconds: taken.retryAfterSeconds })
  }

  async #lookUp(keyHash: string, request: KeyedRequest): Promise<KeyHolder> {
    const { addresses, strangers } = this.#dependencies
    const address = addresses.of(request)
    if (!this.#lookingUp.has(keyHash) && !strangers.mayLookUp(address, keyHash)) return this.#tooManyFailures(address)
    const holder = await this.#found(keyHash)
    if (holder === undefined) return this.refuse(request, new Refusal('API_KEY_INVALID'), keyHash)
    strangers.succeeded(keyHash)
    return holder
  }

  /** Whoever asks for a key while it is being looked up waits for the same answer. */
  #found(keyHash: string): Promise<KeyHolder | undefined> {
    const found = this.#lookingUp.get(keyHash)
    if (found !== undefined) return found
    const finding = this.#dependencies.authenticator.find(keyHash).finally(() => this.#lookingUp.delete(keyHash))
    this.#lookingUp.set(keyHash, finding)
    return finding
  }

  /**
   * Counts credentials that are refused; rejects, when it is time to answer, with that refusal or with TOO_MANY_REQUESTS.
   * @param keyHash of a key that was looked up and does not exist
   */
  async refuse(request: KeyedRequest, refusal: Refusal, keyHash?: string): Promise<never> {
    const { addresses, strangers, metrics } = this.#dependencies
    const address = addresses.of(request)
    metrics.authFailed(refusal.code)
    if (strangers.failed(address, keyHash)) return this.#tooManyFailures(address)
    await strangers.pace(address)
    throw refusal
  }

  async #tooManyFailures(address: string): Promise<never> {
    const { strangers, metrics } = this.#dependencies
    metrics.rateLimited('failed_credentials')
    await strangers.pace(address)
    throw new Refusal('TOO_MANY_REQUESTS', { retryAfterSeconds: strangers.retryAfterSeconds(address) })
  }
}
