// Owns the formats uri and uri-reference (RFC 3986 §3, §4.1): by the letter, not what browsers repair.
import { isIpv6 } from './ip.ts'

/** Appendix B, without its groups for what stands around the parts. */
const PARTS = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s
const SCHEME = /^[a-z][a-z0-9+.-]*$/i
const PATH = /^(?:[\w\-.~!$&'()*+,;=:@/]|%[0-9a-f]{2})*$/i
const QUERY = /^(?:[\w\-.~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*$/i
const USERINFO = /^(?:[\w\-.~!$&'()*+,;=:]|%[0-9a-f]{2})*$/i
const NAME = /^(?:[\w\-.~!$&'()*+,;=]|%[0-9a-f]{2})*$/i
const IP_FUTURE = /^v[0-9a-f]+\.[\w\-.~!$&'()*+,;=:]+$/i

export function isUri(text: string): boolean {
  return PARTS.exec(text)?.[1] !== undefined && isUriReference(text)
}

export function isUriReference(text: string): boolean {
  const match = PARTS.exec(text)
  if (match === null) return false
  const [, scheme, authority, path = '', query = '', fragment = ''] = match
  if (scheme !== undefined && !SCHEME.test(scheme)) return false
  if (authority !== undefined && !isAuthority(authority)) return false
  return PATH.test(path) && QUERY.test(query) && QUERY.test(fragment)
}

function isAuthority(authority: string): boolean {
  const at = authority.lastIndexOf('@')
  if (!USERINFO.test(authority.slice(0, Math.max(at, 0)))) return false
  const match = /^(\[[^\]]*\]|[^:]*)(?::\d*)?$/.exec(authority.slice(at + 1))
  const host = match?.[1]
  if (host === undefined) return false
  if (!host.startsWith('[')) return NAME.test(host)
  const literal = host.slice(1, -1)
  return isIpv6(literal) || IP_FUTURE.test(literal)
}
