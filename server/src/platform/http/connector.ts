// Owns the opening of connections: resolve, check every address, connect to the checked ones only, TLS (CONTRACT §3).
// Must never look at proxy settings of the environment and never connect to an address that was not checked.
import { connect as connectTcp, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls'
import { LRUCache } from 'lru-cache'
import { isAllowedTargetAddress, literalAddress, type TargetPolicy } from '../address/address-guard.ts'
import type { Clock } from '../clock.ts'
import {
  BLOCKED,
  CONNECT_TOO_SLOW,
  ConnectError,
  codeOf,
  failureOf,
  LOOKUP_TOO_SLOW,
  lookupFailure,
  NO_IPV6,
  NO_USABLE_ADDRESS,
  tlsFailure,
} from './failure.ts'
import type { ResolvedAddress } from './hosts-file.ts'
import { isDenial, type Lookup, SystemLookup } from './system-lookup.ts'

export interface ConnectorOptions {
  readonly clock: Clock
  readonly policy: TargetPolicy
  /** For resolving, connecting and the TLS handshake together. */
  readonly connectTimeoutMs: number
  readonly lookup?: Lookup | undefined
  /** PEM of authorities that are trusted instead of Node's own list and NODE_EXTRA_CA_CERTS. */
  readonly ca?: string | undefined
}

/** Gets what comes. The memory is the same for all connections: what is kept must be copied. */
export type OnBytes = (bytes: Buffer) => void

export interface ConnectTarget {
  readonly isSecure: boolean
  /** As the URL parser writes it: IPv6 in brackets. */
  readonly hostname: string
  readonly port: number
}

/** What is known of one connection; phases in milliseconds, null as long as a phase has not been completed. */
export interface ConnectionFacts {
  dns: number | null
  connect: number | null
  tls: number | null
  remoteAddress: string | null
}

interface Dialling {
  readonly target: ConnectTarget
  /** Checked, all of them. */
  readonly addresses: readonly ResolvedAddress[]
  readonly timeoutMs: number
  readonly onBytes: OnBytes
}

const SESSIONS_MAX = 2000
// A server chooses how large its tickets are, and how many it sends. Real ones, with the certificate that is kept beside
// them, have 1 to 3 KiB.
const SESSION_BYTES_MAX = 8 * 1024
const SESSIONS_BYTES_MAX = 4 * 1024 * 1024
const SESSIONS_TAKEN_MAX = 4
const ADDRESSES_TRIED_MAX = 8
/** A name with more is refused: each has to be checked, and a reply over TCP can hold thousands. */
const ADDRESSES_MAX = 64
const ADDRESS_TRY_MS_MAX = 1000
const TCP_KEEP_ALIVE_MS = 60_000
const READ_BYTES_MAX = 64 * 1024

export class Connector {
  readonly #options: ConnectorOptions
  readonly #lookup: Lookup
  readonly #secureContext: SecureContext
  // A buffer for each read, and the queues of a readable stream, cost a tenth of the CPU of a request.
  readonly #readBuffer = Buffer.allocUnsafe(READ_BYTES_MAX)
  // A resumed handshake costs a third of a full one. Keyed by host and port, as the certificate is checked for the host.
  readonly #sessions = new LRUCache<string, Buffer>({
    max: SESSIONS_MAX,
    maxSize: SESSIONS_BYTES_MAX,
    maxEntrySize: SESSION_BYTES_MAX,
    sizeCalculation: ({ length }) => length,
  })

  constructor(options: ConnectorOptions) {
    this.#options = options
    const isAllowed = (address: string) => isAllowedTargetAddress(address, options.policy)
    this.#lookup = options.lookup ?? new SystemLookup({ clock: options.clock, isAllowed }).lookup
    this.#secureContext = createSecureContext({
      minVersion: 'TLSv1.2',
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    })
  }

  /**
   * Opens one connection. Rejects with a ConnectError.
   * @param facts is filled while the phases are completed, so that it tells how far a failed attempt got
   * @param onBytes the socket gives its bytes to it, and has no `data` event
   */
  async connect(target: ConnectTarget, facts: ConnectionFacts, onBytes: OnBytes): Promise<Socket> {
    const { clock, connectTimeoutMs } = this.#options
    const startedAt = clock.monotonic()
    const literal = literalAddress(target.hostname)
    const addresses = literal === undefined ? await this.#resolve(target.hostname, facts) : this.#allowed([literal])
    const timeoutMs = connectTimeoutMs - (clock.monotonic() - startedAt)
    const dialling = { target, addresses, timeoutMs, onBytes }
    return this.#open(dialling, facts)
  }

  #allowed(addresses: readonly string[]): readonly ResolvedAddress[] {
    const { policy } = this.#options
    if (!addresses.every((address) => isAllowedTargetAddress(address, policy))) throw new ConnectError(BLOCKED)
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  }

  /** The addresses of a name. Outside development it does not show whether a name that may not be reached exists. */
  async #resolve(hostname: string, facts: ConnectionFacts): Promise<readonly ResolvedAddress[]> {
    const { clock, policy } = this.#options
    const startedAt = clock.monotonic()
    try {
      const addresses = await this.#lookupInTime(hostname)
      if (addresses.length > ADDRESSES_MAX) throw new ConnectError(BLOCKED)
      this.#allowed(addresses.map(({ address }) => address))
      facts.dns = clock.monotonic() - startedAt
      return addresses
    } catch (error) {
      const failure = error instanceof ConnectError ? error.failure : lookupFailure(error)
      const isHidden = !policy.allowLoopback && (failure === BLOCKED || isDenial(error))
      throw new ConnectError(isHidden ? NO_USABLE_ADDRESS : failure, error)
    }
  }

  async #lookupInTime(hostname: string): Promise<readonly ResolvedAddress[]> {
    const { clock, connectTimeoutMs } = this.#options
    const { promise: tooSlow, reject } = Promise.withResolvers<never>()
    const cancel = clock.schedule(() => reject(new ConnectError(LOOKUP_TOO_SLOW)), connectTimeoutMs)
    try {
      const addresses = await Promise.race([this.#lookup(hostname), tooSlow])
      if (addresses.length === 0) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' })
      return addresses
    } finally {
      cancel()
    }
  }

  async #open(dialling: Dialling, facts: ConnectionFacts): Promise<Socket> {
    const { target, addresses, timeoutMs } = dialling
    const { clock } = this.#options
    const startedAt = clock.monotonic()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const socket = this.#dial(dialling)
    const cancel = clock.schedule(() => reject(new ConnectError(CONNECT_TOO_SLOW)), timeoutMs)
    socket.on('error', (error) => reject(connectError(error, target.isSecure && facts.connect !== null)))
    socket.once('connect', () => {
      facts.connect = clock.monotonic() - startedAt
      if (!this.#isPinned(socket, addresses)) reject(new ConnectError(BLOCKED))
      else facts.remoteAddress = socket.remoteAddress ?? null
      if (!target.isSecure) resolve()
    })
    socket.once('secureConnect', () => {
      facts.tls = clock.monotonic() - startedAt - (facts.connect ?? 0)
      resolve()
    })
    try {
      await promise
      return socket
    } catch (error) {
      this.#sessions.delete(sessionKey(target))
      socket.destroy()
      throw isMissingIpv6(error, addresses) ? new ConnectError(NO_IPV6, error) : error
    } finally {
      cancel()
    }
  }

  #dial({ target, addresses, timeoutMs, onBytes }: Dialling): Socket {
    const tried = addresses.slice(0, ADDRESSES_TRIED_MAX)
    const host = literalAddress(target.hostname) ?? target.hostname
    const options = {
      host,
      port: target.port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
      lookup: pinned(tried),
      onread: {
        buffer: this.#readBuffer,
        callback: (count: number, buffer: Uint8Array) => {
          // The one that was given above.
          onBytes((buffer as Buffer).subarray(0, count))
          return true
        },
      },
      autoSelectFamily: tried.length > 1,
      autoSelectFamilyAttemptTimeout: Math.max(10, Math.min(ADDRESS_TRY_MS_MAX, Math.floor(timeoutMs / tried.length))),
    }
    if (!target.isSecure) return connectTcp(options)
    const key = sessionKey(target)
    const session = this.#sessions.get(key)
    const socket = connectTls({
      ...options,
      secureContext: this.#secureContext,
      ALPNProtocols: ['http/1.1'],
      // RFC 6066 §3: a server name is never an address, and has no trailing dot.
      servername: literalAddress(target.hostname) === undefined ? host.replace(/\.$/, '') : '',
      ...(session === undefined ? {} : { session }),
    })
    let sessions = 0
    const keep = (latest: Buffer) => {
      this.#sessions.set(key, latest)
      if (++sessions === SESSIONS_TAKEN_MAX) socket.off('session', keep)
    }
    socket.on('session', keep)
    return socket
  }

  #isPinned(socket: Socket, addresses: readonly ResolvedAddress[]): boolean {
    const remote = socket.remoteAddress
    // Gone already: there is nothing to send to, and the error event says why.
    if (remote === undefined) return true
    const plain = remote.startsWith('::ffff:') && remote.includes('.') ? remote.slice('::ffff:'.length) : remote
    if (!isAllowedTargetAddress(plain, this.#options.policy)) return false
    return addresses.some(({ family }) => (family === 6) === plain.includes(':'))
  }
}

function sessionKey(target: ConnectTarget): string {
  return `${target.hostname}:${target.port}`
}

/**
 * A lookup for node:net that knows the checked addresses only, so that the name is not resolved a second time. It answers as
 * late as a real one: answered at once, a connection that fails at once (EMFILE) does so while `tls.connect` has not returned.
 * That throws then, and its socket reports an error that nobody can listen for, which ends the process.
 */
function pinned(addresses: readonly ResolvedAddress[]) {
  type Reply = (error: null, address: string | ResolvedAddress[], family?: number) => void
  return (_hostname: string, options: { readonly all?: boolean | undefined }, reply: Reply): void => {
    const [first] = addresses
    if (options.all === true || first === undefined) process.nextTick(reply, null, [...addresses])
    else process.nextTick(reply, null, first.address, first.family)
  }
}

/** What would be a fault of this machine for any other receiver is to be told to one that nobody without IPv6 can reach. */
function isMissingIpv6(error: unknown, addresses: readonly ResolvedAddress[]): boolean {
  if (!(error instanceof ConnectError) || error.failure.kind !== 'unsent') return false
  return addresses.every(({ family }) => family === 6) && !hasIpv6()
}

/** This machine has an IPv6 address that is neither loopback nor link-local. */
function hasIpv6(): boolean {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.some(({ family, internal, address }) => family === 'IPv6' && !internal && !address.startsWith('fe80'))
}

function connectError(error: Error, inHandshake: boolean): ConnectError {
  const known = failureOf(error)
  const isVague = known.kind === 'connection_failed' && inHandshake
  return new ConnectError(isVague ? tlsFailure(codeOf(error) || error.message) : known, error)
}
