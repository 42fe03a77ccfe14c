// Owns the resolving of host names: the hosts file, then the name servers, for exactly the name that was given.
// Must never use `getaddrinfo`: names of tenants would wait in the pool in which PostgreSQL's own name is looked up.
import { Resolver } from 'node:dns/promises'
import { isLoopbackHost } from '@timbre/contract/webhook-url.ts'
import type { Clock } from '../clock.ts'
import { codeOf } from './failure.ts'
import { HostsFile, type ResolvedAddress } from './hosts-file.ts'

/** All known addresses of a host name, in the order in which they are to be tried. Rejects with the resolver's error. */
export type Lookup = (hostname: string) => Promise<readonly ResolvedAddress[]>

type NameServers = Pick<Resolver, 'resolve4' | 'resolve6'>

export interface SystemLookupOptions {
  readonly clock: Pick<Clock, 'monotonic' | 'schedule'>
  /** Whether deliveries may go to an address. */
  readonly isAllowed: (address: string) => boolean
  readonly hosts?: Pick<HostsFile, 'addressesOf'>
  /** Called when the first is needed, and again when name servers do not answer: they may be others by now (resolv.conf). */
  readonly makeResolver?: () => NameServers
}

/** When one family is there, the other has so long to come too (RFC 8305 §3, "Resolution Delay"). */
const OTHER_FAMILY_MS = 50
/** With one name server: at once, after 1 s and after 3 s. The time for a connection, 5 s, ends the waiting. */
const RESOLVER_OPTIONS = { timeout: 1000, tries: 3 }
const RENEWED_EVERY_MS = 10_000
const LOOPBACK: readonly ResolvedAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

export class SystemLookup {
  readonly #options: SystemLookupOptions
  readonly #hosts: Pick<HostsFile, 'addressesOf'>
  readonly #makeResolver: () => NameServers
  #resolver: NameServers | undefined
  #renewedAt = 0

  constructor(options: SystemLookupOptions) {
    this.#options = options
    this.#hosts = options.hosts ?? new HostsFile(options.clock)
    this.#makeResolver = options.makeResolver ?? (() => new Resolver(RESOLVER_OPTIONS))
  }

  readonly lookup: Lookup = async (hostname) => {
    const name = hostname.replace(/\.$/, '')
    // RFC 6761 §6.3: everything below .localhost is loopback, which not every system's resolver knows.
    if (isLoopbackHost(name)) {
      const own = await this.#hosts.addressesOf('localhost')
      return own.length > 0 ? own : LOOPBACK
    }
    const own = await this.#hosts.addressesOf(name)
    // What is inside must show in nothing, not even in the time taken: a name of the file whose address may not be reached is
    // asked for like one that is not in it.
    if (own.length > 0 && own.every(({ address }) => this.#options.isAllowed(address))) return own
    return this.#ask(name)
  }

  /** As c-ares asks, that is without the search domains of this machine, which are names of its inside. */
  async #ask(name: string): Promise<readonly ResolvedAddress[]> {
    this.#resolver ??= this.#renewed()
    const resolver = this.#resolver
    try {
      return await eitherFamily(this.#options.clock, resolver.resolve4(name), resolver.resolve6(name))
    } catch (error) {
      const isSilent = !isDenial(error)
      if (isSilent && this.#options.clock.monotonic() - this.#renewedAt > RENEWED_EVERY_MS) this.#resolver = undefined
      throw error
    }
  }

  #renewed(): NameServers {
    this.#renewedAt = this.#options.clock.monotonic()
    return this.#makeResolver()
  }
}

/** The name servers say that the name, or an address of it, does not exist (NXDOMAIN; NOERROR without data, RFC 2308 §2). */
export function isDenial(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'ENOTFOUND' || code === 'ENODATA'
}

/**
 * The addresses of both families, or of the one that has come once the other has had its time. Rejects when neither has any.
 * What comes later is dropped: it is neither checked nor connected to.
 */
function eitherFamily(
  clock: Pick<Clock, 'schedule'>,
  v4: Promise<readonly string[]>,
  v6: Promise<readonly string[]>,
): Promise<readonly ResolvedAddress[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly ResolvedAddress[]>()
  const found: ResolvedAddress[][] = [[], []]
  const errors: unknown[] = []
  let left = 2
  let cancel = () => {}
  const end = () => {
    cancel()
    // IPv4 first: a server without an IPv6 route is more common than one without IPv4.
    const all = found.flat()
    if (all.length > 0) resolve(all)
    else reject(errors.find((error) => !isDenial(error)) ?? errors[0])
  }
  const take = (family: 4 | 6, addresses: readonly string[]) => {
    found[family === 4 ? 0 : 1] = addresses.map((address) => ({ address, family }))
    if (--left === 0) end()
    else cancel = clock.schedule(end, OTHER_FAMILY_MS)
  }
  const fail = (error: unknown) => {
    errors.push(error)
    if (--left === 0) end()
  }
  v4.then((addresses) => take(4, addresses), fail)
  v6.then((addresses) => take(6, addresses), fail)
  return promise
}
