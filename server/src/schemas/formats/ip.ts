// Owns the formats of addresses: ipv4 (RFC 2673 §3.2) and ipv6 (RFC 4291 §2.2).

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/
const GROUPS = 8
const IPV6_LENGTH_MAX = 45

export function isIpv4(text: string): boolean {
  return IPV4.test(text)
}

/** Without a zone. */
export function isIpv6(text: string): boolean {
  if (text.length > IPV6_LENGTH_MAX) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  const [left = '', right] = halves
  const before = groupsOf(left, right === undefined)
  const after = right === undefined ? 0 : groupsOf(right, true)
  if (before === undefined || after === undefined) return false
  return right === undefined ? before === GROUPS : before + after < GROUPS
}

/** How many groups of 16 bits a part has, of which the last may be an address of IPv4; undefined when it is wrong. */
function groupsOf(part: string, isEnd: boolean): number | undefined {
  if (part === '') return 0
  const groups = part.split(':')
  const last = groups.at(-1) ?? ''
  const hasIpv4 = isEnd && last.includes('.')
  const hex = hasIpv4 ? groups.slice(0, -1) : groups
  if (hasIpv4 && !isIpv4(last)) return undefined
  return hex.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? hex.length + (hasIpv4 ? 2 : 0) : undefined
}
