// Owns the check of where a delivery may go (CONTRACT §3, SSRF): pure, from addresses and URLs to yes or no.
// Must never resolve a name or open a connection: connector.ts does, and asks here about every address.
import assert from 'node:assert/strict'
import { isLoopbackHost } from '@timbre/contract/webhook-url.ts'
import ipaddr from 'ipaddr.js'
import { FORBIDDEN_IPV4, FORBIDDEN_IPV6, type ForbiddenRange } from './forbidden-ranges.ts'

export interface TargetPolicy {
  /** CIDRs that are let through although the table forbids them (TIMBRE_ALLOW_TARGETS). */
  readonly allowTargets: readonly string[]
  /** Development mode: loopback targets of any port, and `http://` for loopback hosts. */
  readonly allowLoopback: boolean
}

export type TargetRefusal = 'forbidden_address' | 'forbidden_port' | 'mapped_address'

/**
 * Whether a delivery may connect to this address.
 * @param address canonical IPv4 (`192.0.2.1`) or any spelling of IPv6; anything else is not allowed
 * @param allowTargets CIDRs that lift the prohibition (RFC 4632, RFC 4291 §2.3), in plain or IPv4-mapped spelling
 */
export function isAllowedAddress(address: string, allowTargets: readonly string[]): boolean {
  const parsed = parseAddress(address)
  if (parsed === undefined) return false
  if (forbiddenRange(parsed) === undefined) return true
  const plain = unmapped(parsed)
  return allowTargets.some((cidr) => isWithin(parsed, cidr) || isWithin(plain, cidr))
}

/** `isAllowedAddress`, and in development mode also 127.0.0.0/8 and ::1. */
export function isAllowedTargetAddress(address: string, policy: TargetPolicy): boolean {
  return isAllowedAddress(address, policy.allowTargets) || (policy.allowLoopback && isLoopbackAddress(address))
}

/**
 * Why a URL is refused before any name is resolved, or `undefined`: an address written into it (the URL parser has
 * normalised decimal, hexadecimal, octal and short spellings), or the port. An address of IPv4 in the form of IPv6 is refused
 * also where it is allowed: the connection is one of IPv4, and would be taken for another than the one that was checked.
 */
export function refusedTarget(url: URL, policy: TargetPolicy): TargetRefusal | undefined {
  const isLoopback = isLoopbackUrlHost(url.hostname)
  const literal = literalAddress(url.hostname)
  if (literal !== undefined && !isAllowedTargetAddress(literal, policy)) return 'forbidden_address'
  if (literal !== undefined && isMapped(literal)) return 'mapped_address'
  if (literal === undefined && isLoopback && !isAllowedTargetAddress('127.0.0.1', policy)) return 'forbidden_address'
  if (policy.allowLoopback && isLoopback) return undefined
  return isAllowedPort(url.port) ? undefined : 'forbidden_port'
}

/** `https://`, and in development mode `http://` for loopback hosts (CONTRACT §3, Development). */
export function isAllowedScheme(url: URL, policy: TargetPolicy): boolean {
  if (url.protocol === 'https:') return true
  return url.protocol === 'http:' && policy.allowLoopback && isLoopbackUrlHost(url.hostname)
}

/** Whether a text can be an entry of TIMBRE_ALLOW_TARGETS: a CIDR, or one address. */
export function isCidr(text: string): boolean {
  const [address = '', ...prefix] = text.split('/')
  return parseAddress(address) !== undefined && (prefix.length === 0 || ipaddr.isValidCIDR(text))
}

/** The address that a URL's host spells out, without brackets; `undefined` when the host is a name. */
export function literalAddress(hostname: string): string | undefined {
  if (hostname.startsWith('[')) return hostname.slice(1, -1)
  return parseAddress(hostname) === undefined ? undefined : hostname
}

function isAllowedPort(text: string): boolean {
  if (text === '') return true
  const port = Number(text)
  return port === 80 || port === 443 || port >= 1024
}

function isLoopbackUrlHost(hostname: string): boolean {
  const literal = literalAddress(hostname)
  return literal === undefined ? isLoopbackHost(hostname.replace(/\.$/, '')) : isLoopbackAddress(literal)
}

function isLoopbackAddress(address: string): boolean {
  return parseAddress(address)?.range() === 'loopback'
}

type Address = ipaddr.IPv4 | ipaddr.IPv6

// Only the four-part decimal form: `ipaddr.parse` would also read `0177.1`, and two readers of one spelling can disagree.
// IPv6 goes through the URL parser first, because ipaddr.js takes `::127.0.0.1` for IPv4-mapped, which it is not.
function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text)
  if (!text.includes(':') || !/^[0-9a-fA-F:.]+$/.test(text)) return undefined
  const host = URL.parse(`http://[${text}]/`)?.hostname
  return host === undefined ? undefined : ipaddr.IPv6.parse(host.slice(1, -1))
}

function isMapped(literal: string): boolean {
  const address = parseAddress(literal)
  return address !== undefined && unmapped(address) !== address
}

function unmapped(address: Address): Address {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address
}

const RANGES_IPV4 = FORBIDDEN_IPV4.map((range) => ({ range, cidr: ipaddr.IPv4.parseCIDR(range.cidr) }))
const RANGES_IPV6 = FORBIDDEN_IPV6.map((range) => ({ range, cidr: ipaddr.IPv6.parseCIDR(range.cidr) }))

function forbiddenRange(address: Address): ForbiddenRange | undefined {
  if (address instanceof ipaddr.IPv4) return RANGES_IPV4.find(({ cidr }) => address.match(cidr))?.range
  return RANGES_IPV6.find(({ cidr }) => address.match(cidr))?.range
}

function isWithin(address: Address, cidr: string): boolean {
  const { network, bits } = parseNetwork(cidr)
  if (address instanceof ipaddr.IPv4) return network instanceof ipaddr.IPv4 && address.match(network, bits)
  return network instanceof ipaddr.IPv6 && address.match(network, bits)
}

function parseNetwork(text: string): { readonly network: Address; readonly bits: number } {
  if (ipaddr.isValidCIDR(text)) {
    const [network, bits] = ipaddr.parseCIDR(text)
    return { network, bits }
  }
  const network = parseAddress(text)
  assert(network !== undefined, 'TIMBRE_ALLOW_TARGETS is checked when the settings are read')
  return { network, bits: network instanceof ipaddr.IPv4 ? 32 : 128 }
}
