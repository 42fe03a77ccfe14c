// Owns what a webhook's URL may look like (CONTRACT §2). Which addresses may be reached is the address guard's matter.
import { WEBHOOK_URL_LENGTH_MAX } from './webhook.ts'

export type UrlRefusal =
  | 'not_a_url'
  | 'too_long'
  | 'not_https'
  | 'has_credentials'
  | 'has_fragment'
  | 'has_control_character'
  | 'not_canonical'

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])
// biome-ignore lint/suspicious/noControlCharactersInRegex: the URL parser drops tabs and newlines silently; a stored URL must not have them
const CONTROL_OR_SPACE = /[\x00-\x20\x7f]/

/**
 * Why a webhook's URL is refused, or `undefined` when its form is fine.
 * @param allowHttpLoopback development mode: `http://` is let through for loopback hosts only
 */
export function refusedUrl(text: string, { allowHttpLoopback = false } = {}): UrlRefusal | undefined {
  if (text.length > WEBHOOK_URL_LENGTH_MAX) return 'too_long'
  if (CONTROL_OR_SPACE.test(text)) return 'has_control_character'
  const url = URL.parse(text)
  if (url === null || url.hostname === '') return 'not_a_url'
  if (url.username !== '' || url.password !== '') return 'has_credentials'
  if (text.includes('#')) return 'has_fragment'
  if (hasEmptyLabel(url.hostname)) return 'not_a_url'
  const mayBePlain = allowHttpLoopback && isLoopbackHost(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && mayBePlain)) return 'not_https'
  return beginsWithOrigin(text, url) ? undefined : 'not_canonical'
}

/**
 * A URL as the URL standard writes it: what is said of a form that is refused as `not_canonical`.
 * @param text what `URL.parse` takes
 */
export function canonicalUrl(text: string): string {
  return URL.parse(text)?.href ?? text
}

/**
 * Whether who reads the text sees the origin that is reached: `https:\\other`, `https:other`, a host in capitals, in decimal
 * or in another script are read in one way and written in another. The port that the scheme has anyway may be written.
 */
function beginsWithOrigin(text: string, { origin, protocol }: URL): boolean {
  if (!text.startsWith(origin)) return false
  const rest = text.slice(origin.length)
  const port = protocol === 'https:' ? ':443' : ':80'
  return /^([/?]|$)/.test(rest.startsWith(port) ? rest.slice(port.length) : rest)
}

/** `.` and `a..b`: no name that can be looked up. The one dot at the end of a name is fine (RFC 1034 §3.1). */
function hasEmptyLabel(hostname: string): boolean {
  return !hostname.startsWith('[') && hostname.replace(/\.$/, '').split('.').includes('')
}

/** `localhost`, `*.localhost` (RFC 6761) and the loopback literals. */
export function isLoopbackHost(hostname: string): boolean {
  return LOOPBACK_HOSTS.has(hostname) || hostname.endsWith('.localhost')
}
