// Owns the resolving of host names. Must never judge an address: the connector asks the address guard about each.
import { lookup, Resolver } from 'node:dns/promises'
import { isLoopbackHost } from '@timbre/contract/webhook-url.ts'
import { codeOf } from './failure.ts'

export interface ResolvedAddress {
  readonly address: string
  readonly family: 4 | 6
}

/** All addresses of a host name, in the order in which they are to be tried. Rejects with the resolver's error. */
export type Lookup = (hostname: string) => Promise<readonly ResolvedAddress[]>

// Two tries of 1.5 s stay below the 5 s in which a connection must stand.
const resolver = new Resolver({ timeout: 1500, tries: 2 })

/**
 * Asks the name servers directly (c-ares), because `getaddrinfo` waits in a pool in which two names whose servers are
 * silent hold up every other. Names that the servers do not know are looked for once more with `getaddrinfo`, which
 * reads the hosts file and the search domains; a silent server answers it no sooner, so that case ends here.
 */
export const systemLookup: Lookup = async (hostname) => {
  // RFC 6761 §6.3: everything below .localhost is loopback, which not every system's resolver knows.
  if (isLoopbackHost(hostname)) return lookupInSystem('localhost')
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
  const found: ResolvedAddress[] = []
  // IPv4 first: a server without an IPv6 route is more common than one without IPv4.
  if (v4.status === 'fulfilled') found.push(...v4.value.map((address) => ({ address, family: 4 as const })))
  if (v6.status === 'fulfilled') found.push(...v6.value.map((address) => ({ address, family: 6 as const })))
  if (found.length > 0) return found
  if (v4.status === 'rejected' && codeOf(v4.reason) === 'ETIMEOUT') throw v4.reason
  return lookupInSystem(hostname)
}

async function lookupInSystem(hostname: string): Promise<readonly ResolvedAddress[]> {
  const found = await lookup(hostname, { all: true, order: 'ipv4first' })
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))
}
