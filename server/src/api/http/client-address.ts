// Owns which address a request comes from: that of its connection, or what trusted proxies say of it (TIMBRE_TRUSTED_PROXIES).
// Must never believe a header that no trusted proxy has written: limits and the audit log go by this address.
import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'

export interface ClientAddresses {
  /** Of the client, in plain spelling; of an odd connection that has none, `unknown`. */
  of(request: Pick<IncomingMessage, 'headers' | 'socket'>): string
  /** Whether a peer is a proxy that is trusted: behind it are many clients. */
  isProxy(address: string | undefined): boolean
}

const NO_ADDRESS = 'unknown'
/** More proxies than anybody has. */
const HOPS_MAX = 16
/** A customer of a provider gets a network of this size at least, and every address in it (RFC 6177). */
const IPV6_NETWORK_BITS = 64

/** @param trusted CIDRs, as the settings have checked them */
export function clientAddresses(trusted: readonly string[]): ClientAddresses {
  const networks = trusted.map(parseNetwork)
  const isProxy = (address: string | undefined) => {
    if (networks.length === 0) return false
    const parsed = parse(address ?? '')
    return parsed !== undefined && networks.some(([network, bits]) => isWithin(parsed, network, bits))
  }
  return {
    isProxy,
    of: ({ headers, socket }) => {
      const peer = plain(socket.remoteAddress)
      return isProxy(peer) ? forwarded(headers['x-forwarded-for'], peer, isProxy) : peer
    },
  }
}

/** From the right, as far as those who wrote it are trusted: what is left of that anybody may have written. */
function forwarded(
  header: string | readonly string[] | undefined,
  peer: string,
  isProxy: (address: string) => boolean,
): string {
  const hops = String(header ?? '')
    .split(',')
    .slice(-HOPS_MAX)
  let client = peer
  for (const hop of hops.reverse()) {
    const address = withoutPort(hop.trim())
    if (parse(address) === undefined) return client
    client = plain(address)
    if (!isProxy(client)) return client
  }
  return client
}

/** Some proxies write `192.0.2.1:4711` and `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text
}

/**
 * What counts as one client where limits are counted by address: an IPv4 address, or the network that an IPv6 address is in,
 * because whoever has one has them all.
 * @param address as `ClientAddresses.of` gives it
 */
export function addressAccount(address: string): string {
  if (!address.includes(':')) return address
  const parsed = parse(address)
  if (!(parsed instanceof ipaddr.IPv6)) return address
  return parsed.parts.slice(0, IPV6_NETWORK_BITS / 16).join(':')
}

type Address = ipaddr.IPv4 | ipaddr.IPv6

function parse(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text)
  return text.includes(':') && ipaddr.isValid(text) ? ipaddr.process(text) : undefined
}

/** IPv4 in IPv6 (RFC 4291 §2.5.5.2), which is how a socket for both spells it, as IPv4. */
function plain(address: string | undefined): string {
  if (address === undefined) return NO_ADDRESS
  return address.startsWith('::ffff:') ? (parse(address)?.toString() ?? address) : address
}

function isWithin(address: Address, network: Address, bits: number): boolean {
  return address.kind() === network.kind() && address.match([network, bits] as [never, number]) // the kinds are the same
}

/** A CIDR, or one address. */
function parseNetwork(text: string): [Address, number] {
  if (text.includes('/')) return ipaddr.parseCIDR(text)
  const address = ipaddr.parse(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}
