// Owns the format email: Mailbox of RFC 5321 §4.1.2.
import { isPlainLabel } from './hostname.ts'
import { isIpv4, isIpv6 } from './ip.ts'

const DOT_STRING = /^[\w!#$%&'*+\-/=?^`{|}~]+(?:\.[\w!#$%&'*+\-/=?^`{|}~]+)*$/
const QUOTED_STRING = /^"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"$/
/** RFC 5321 §4.5.3.1: longer ones no server has to take. Also what keeps the expressions above cheap. */
const LOCAL_LENGTH_MAX = 64
const DOMAIN_LENGTH_MAX = 255

export function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@')
  if (at < 1 || at > LOCAL_LENGTH_MAX || text.length - at - 1 > DOMAIN_LENGTH_MAX) return false
  const local = text.slice(0, at)
  return (DOT_STRING.test(local) || QUOTED_STRING.test(local)) && isDomain(text.slice(at + 1))
}

function isDomain(domain: string): boolean {
  if (!domain.startsWith('[')) return domain.split('.').every(isPlainLabel)
  if (!domain.endsWith(']')) return false
  const literal = domain.slice(1, -1)
  return literal.startsWith('IPv6:') ? isIpv6(literal.slice(5)) : isIpv4(literal)
}
