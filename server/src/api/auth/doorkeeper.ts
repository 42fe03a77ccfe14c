// Owns the way in for a request with a key, whoever serves it: whose key it is, what its workspace may still ask for, what the
// route wants of it. Must never read a body, nor let a request without a good key cost more than its response.
import type { IncomingMessage } from 'node:http'
import { ERRORS, Refusal } from '@timbre/contract/errors.ts'
import type { FoundSession } from '../../storage/storage.ts'
import type { ClientAddresses } from '../http/client-address.ts'
import type { Connections } from '../http/connections.ts'
import { type LimitClass, limitClassOf, type RateLimits, rateLimitHeaders } from '../limits/rate-limits.ts'
import type { Strangers } from '../limits/strangers.ts'
import type { ApiMetrics } from '../metrics/api-metrics.ts'
import type { Authenticator, KeyHolder, ScopedRoute } from './authenticate.ts'
import type { Caller } from './caller.ts'
import type { SessionCookie } from './session-cookie.ts'
import { refuseForeign } from './session-guard.ts'
import { tokenHash } from './session-token.ts'
import { holderOf, type Sessions } from './sessions.ts'

export interface DoorkeeperDependencies {
  readonly authenticator: Authenticator
  readonly sessions: Pick<Sessions, 'find'>
  readonly cookie: Pick<SessionCookie, 'read'>
  /** The origin that browsers know; null: the `Host` of each request. */
  readonly publicUrl: string | null
  readonly addresses: ClientAddresses
  readonly connections: Pick<Connections, 'prove'>
  readonly limits: RateLimits
  readonly strangers: Strangers
  readonly metrics: Pick<ApiMetrics, 'authFailed' | 'rateLimited'>
}

/** Headers that the response is to carry, whatever it is: names and values in turn. */
export type SetHeaders = (headers: readonly string[]) => void

type KeyedRequest = Pick<IncomingMessage, 'headers' | 'socket'>

/** A credential that is to be looked up, from where it came, and what is said when there is none. */
export interface LookUp {
  readonly hash: string
  readonly address: string
  readonly code: 'API_KEY_INVALID' | 'SESSION_INVALID' | 'PORTAL_LINK_INVALID'
}

export class Doorkeeper {
  readonly #dependencies: DoorkeeperDependencies
  readonly #lookingUp = new Map<string, Promise<KeyHolder | undefined>>()

  constructor(dependencies: DoorkeeperDependencies) {
    this.#dependencies = dependencies
  }

  /**
   * The caller; at once when the key was read a moment ago. Throws or rejects with what `Authenticator` says, and with
   * TOO_MANY_REQUESTS for a workspace past its limit, and for an address whose credentials failed too often; for a session with
   * SESSION_INVALID, ORIGIN_FORBIDDEN, CSRF_TOKEN_INVALID.
   */
  admit(request: KeyedRequest, route: ScopedRoute, setHeaders: SetHeaders): Caller | Promise<Caller> {
    const { authenticator } = this.#dependencies
    const token = this.#sessionToken(request.headers)
    if (token !== undefined) return this.#admitSession(token, request, route, setHeaders)
    let keyHash: string
    try {
      keyHash = authenticator.keyHash(request.headers)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return this.refuse(request, error)
    }
    const known = authenticator.findKnown(keyHash)
    if (known !== undefined) return this.#enter(known, request, route, setHeaders)
    return this.#lookUpKey(keyHash, this.#dependencies.addresses.of(request)).then((holder) =>
      this.#enter(holder, request, route, setHeaders),
    )
  }

  /** A key, which somebody chose to send, goes before a cookie, which a browser adds by itself. */
  #sessionToken(headers: KeyedRequest['headers']): string | undefined {
    if (headers.cookie === undefined || headers.authorization !== undefined || headers['x-api-key'] !== undefined)
      return undefined
    return this.#dependencies.cookie.read(headers)
  }

  async #admitSession(
    token: string,
    request: KeyedRequest,
    route: ScopedRoute,
    setHeaders: SetHeaders,
  ): Promise<Caller> {
    const session = await this.findSession(token, this.#dependencies.addresses.of(request))
    const { publicUrl } = this.#dependencies
    refuseForeign(request.headers, token, { isWrite: route.method !== 'GET', publicUrl })
    const holder = holderOf(session)
    const own = holder === 'admin' ? undefined : holder.workspaceId
    return this.#enter(holder, request, route, setHeaders, own)
  }

  /** The session of a cookie. Rejects with SESSION_INVALID, TOO_MANY_REQUESTS. */
  findSession(token: string, address: string): Promise<FoundSession> {
    const { sessions } = this.#dependencies
    return this.lookUp({ hash: tokenHash(token), address, code: 'SESSION_INVALID' }, () => sessions.find(token))
  }

  /** Whose key it is that was sent in a body. Rejects with API_KEY_INVALID, TOO_MANY_REQUESTS. */
  identify(keyHash: string, address: string): KeyHolder | Promise<KeyHolder> {
    const { authenticator } = this.#dependencies
    return authenticator.findKnown(keyHash) ?? this.#lookUpKey(keyHash, address)
  }

  /** Whether the key, or the session, of a request that was admitted is still a good one. */
  async isKnown({ headers }: Pick<KeyedRequest, 'headers'>): Promise<boolean> {
    const { authenticator, sessions } = this.#dependencies
    const token = this.#sessionToken(headers)
    if (token !== undefined) return (await sessions.find(token)) !== undefined
    const keyHash = authenticator.keyHash(headers)
    return (authenticator.findKnown(keyHash) ?? (await authenticator.find(keyHash))) !== undefined
  }

  #enter(
    holder: KeyHolder,
    request: KeyedRequest,
    route: ScopedRoute,
    setHeaders: SetHeaders,
    own?: string,
  ): Caller | Promise<Caller> {
    const { authenticator, connections, metrics } = this.#dependencies
    connections.prove(request.socket)
    if (holder !== 'admin') this.#count(holder.workspaceId, limitClassOf(route), setHeaders)
    try {
      return authenticator.authorize(holder, request.headers, route, own)
    } catch (error) {
      if (error instanceof Refusal && ERRORS[error.code].status === 403) metrics.authFailed(error.code)
      throw error
    }
  }

  /** It is a change of the workspace like others. Throws TOO_MANY_REQUESTS. */
  countSignIn(workspaceId: string): void {
    this.#count(workspaceId, 'manage', () => {})
  }

  #count(workspaceId: string, limitClass: LimitClass, setHeaders: SetHeaders): void {
    const { limits, metrics } = this.#dependencies
    const taken = limits.take(workspaceId, limitClass)
    if (taken === undefined) return
    setHeaders(rateLimitHeaders(taken.quota))
    if (taken.retryAfterSeconds === undefined) return
    metrics.rateLimited(limitClass)
    throw new Refusal('TOO_MANY_REQUESTS', { retryAfterSeconds: taken.retryAfterSeconds })
  }

  #lookUpKey(keyHash: string, address: string): Promise<KeyHolder> {
    return this.lookUp({ hash: keyHash, address, code: 'API_KEY_INVALID' }, () => this.#found(keyHash))
  }

  /**
   * What a credential stands for, asked of the store. Rejects with the code when there is nothing, which counts against the address,
   * and with TOO_MANY_REQUESTS.
   */
  async lookUp<T>({ hash, address, code }: LookUp, find: () => Promise<T | undefined>): Promise<T> {
    const { strangers } = this.#dependencies
    if (!this.#lookingUp.has(hash) && !strangers.mayLookUp(address, hash)) return this.#tooManyFailures(address)
    const found = await find()
    if (found === undefined) return this.refuseFrom(address, new Refusal(code), hash)
    strangers.succeeded(hash)
    return found
  }

  /** Whoever asks for a key while it is being looked up waits for the same result. */
  #found(keyHash: string): Promise<KeyHolder | undefined> {
    const found = this.#lookingUp.get(keyHash)
    if (found !== undefined) return found
    const finding = this.#dependencies.authenticator.find(keyHash).finally(() => this.#lookingUp.delete(keyHash))
    this.#lookingUp.set(keyHash, finding)
    return finding
  }

  /**
   * Counts credentials that are refused; rejects, when it is time to answer, with that refusal or with TOO_MANY_REQUESTS.
   */
  refuse(request: KeyedRequest, refusal: Refusal): Promise<never> {
    return this.refuseFrom(this.#dependencies.addresses.of(request), refusal)
  }

  /** @param hash of a credential that was looked up and does not exist */
  async refuseFrom(address: string, refusal: Refusal, hash?: string): Promise<never> {
    const { strangers, metrics } = this.#dependencies
    metrics.authFailed(refusal.code)
    if (strangers.failed(address, hash)) return this.#tooManyFailures(address)
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
