// Owns sending: one POST becomes one outcome, over kept-alive HTTP/1.1 connections per origin (CONTRACT §3).
// Must never follow a redirect, use a proxy, retry, or reach an address that the policy forbids.
import { isAllowedScheme, refusedTarget, type TargetPolicy } from '../address/address-guard.ts'
import type { Clock } from '../clock.ts'
import { LruMap } from '../lru-map.ts'
import type { Outcome, SendEnd, Transport, TransportRequest } from '../transport.ts'
import { Connector } from './connector.ts'
import { Exchange } from './exchange.ts'
import { BLOCKED, type Failure, NOT_A_TARGET, STOPPING } from './failure.ts'
import { OriginConnections } from './origin-connections.ts'
import { RequestMemory, type RequestTarget, requestBytes, TickWrites } from './request-bytes.ts'
import { ResponseMemory } from './response-memory.ts'
import { SocketBudget } from './socket-budget.ts'
import type { Lookup } from './system-lookup.ts'

export interface HttpTransportOptions {
  readonly clock: Clock
  readonly policy: TargetPolicy
  /** From the call to the last byte of the response. */
  readonly timeoutMs?: number
  /** Of that, for resolving, connecting and the TLS handshake. */
  readonly connectTimeoutMs?: number
  /** More requests to one origin wait for a connection. Webhooks share an origin, so this must exceed what one may have in flight. */
  readonly connectionsPerOrigin?: number
  /** To all origins together. More requests wait, and what is idle is closed for them. */
  readonly socketsMax?: number
  /** Beyond it the least recently used origin without a request in flight is given up. */
  readonly originsMax?: number
  /** PEM of authorities that are trusted instead of Node's list and NODE_EXTRA_CA_CERTS. */
  readonly ca?: string
  readonly lookup?: Lookup
}

export const TIMEOUT_MS = 15_000
export const CONNECT_TIMEOUT_MS = 5000
const CONNECTIONS_PER_ORIGIN = 1024
const SOCKETS_MAX = 4096
const ORIGINS_MAX = 512
const URLS_MAX = 2000

interface ParsedUrl extends RequestTarget {
  readonly url: URL
  readonly origin: string
}

export class HttpTransport implements Transport {
  readonly #clock: Clock
  readonly #policy: TargetPolicy
  readonly #connector: Connector
  readonly #writes = new TickWrites()
  readonly #memory = new RequestMemory()
  readonly #responseMemory = new ResponseMemory()
  readonly #sockets: SocketBudget
  readonly #timeoutMs: number
  readonly #connectionsPerOrigin: number
  readonly #originsMax: number
  /** In the order of use, the latest last. */
  readonly #origins = new Map<string, OriginConnections>()
  #latest = ''
  readonly #urls = new LruMap<ParsedUrl>(URLS_MAX)
  #isStopped = false

  constructor(options: HttpTransportOptions) {
    const { clock, policy, lookup, ca, timeoutMs = TIMEOUT_MS, connectTimeoutMs = CONNECT_TIMEOUT_MS } = options
    this.#clock = clock
    this.#policy = policy
    this.#sockets = new SocketBudget(options.socketsMax ?? SOCKETS_MAX, () => this.#closeIdle())
    this.#timeoutMs = timeoutMs
    this.#connectionsPerOrigin = options.connectionsPerOrigin ?? CONNECTIONS_PER_ORIGIN
    this.#originsMax = options.originsMax ?? ORIGINS_MAX
    this.#connector = new Connector({
      clock,
      policy,
      lookup,
      ca,
      connectTimeoutMs: Math.min(connectTimeoutMs, timeoutMs),
    })
  }

  send(request: TransportRequest): Promise<SendEnd> {
    if (this.#isStopped) return failed(STOPPING)
    const url = this.#parse(request.url)
    if (url === null) return failed(NOT_A_TARGET)
    const bytes = requestBytes(url, request.headers, request.body, this.#memory, request.method)
    if (bytes === undefined) return failed(NOT_A_TARGET)
    const connections = this.#connectionsTo(url)
    if (connections === undefined) return failed(BLOCKED)
    return new Promise((resolve) => {
      new Exchange({ clock: this.#clock, timeoutMs: this.#timeoutMs, connections, request: bytes, resolve })
    })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    for (const connections of this.#origins.values()) connections.close()
    this.#origins.clear()
  }

  /** The same few URLs come again and again. */
  #parse(text: string): ParsedUrl | null {
    const known = this.#urls.get(text)
    if (known !== undefined) return known
    const url = URL.parse(text)
    if (url === null) return null
    const parsed = { url, origin: url.origin, host: url.host, path: url.pathname + url.search }
    this.#urls.set(text, parsed)
    return parsed
  }

  /** The connections of the url's origin, or `undefined` when the policy refuses it. */
  #connectionsTo({ url, origin }: ParsedUrl): OriginConnections | undefined {
    const known = this.#origins.get(origin)
    if (known === undefined) return this.#isRefused(url) ? undefined : this.#add(url)
    if (origin !== this.#latest) {
      this.#origins.delete(origin)
      this.#origins.set(origin, known)
      this.#latest = origin
    }
    return known
  }

  #isRefused(url: URL): boolean {
    return !isAllowedScheme(url, this.#policy) || refusedTarget(url, this.#policy) !== undefined
  }

  #add(url: URL): OriginConnections {
    if (this.#origins.size >= this.#originsMax) this.#giveUpOne()
    const isSecure = url.protocol === 'https:'
    const connections = new OriginConnections({
      clock: this.#clock,
      writes: this.#writes,
      memory: this.#memory,
      responseMemory: this.#responseMemory,
      connector: this.#connector,
      sockets: this.#sockets,
      connectionsMax: this.#connectionsPerOrigin,
      target: { isSecure, hostname: url.hostname, port: Number(url.port) || (isSecure ? 443 : 80) },
    })
    this.#origins.set(url.origin, connections)
    this.#latest = url.origin
    return connections
  }

  /** Of the origin used least recently that has an idle one. */
  #closeIdle(): boolean {
    for (const connections of this.#origins.values()) if (connections.closeIdle()) return true
    return false
  }

  #giveUpOne(): void {
    for (const [origin, connections] of this.#origins) {
      if (!connections.isQuiet) continue
      connections.close()
      this.#origins.delete(origin)
      return
    }
  }
}

function failed({ kind, error }: Failure): Promise<Outcome> {
  return Promise.resolve({
    kind,
    responseStatus: null,
    responseHeaders: null,
    responseBody: null,
    durationMs: 0,
    timings: { dns: null, connect: null, tls: null, firstByte: null },
    remoteAddress: null,
    error,
  })
}
