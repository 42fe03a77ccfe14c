// Owns what a webhook's URL may look like (CONTRACT §2). Which addresses may be reached is the address guard's matter.
import { WEBHOOK_URL_LENGTH_MAX } from './webhook.ts'

export type UrlRefusal =
  | 'not_a_url'
  | 'too_long'
  | 'not_https'
  | 'has_credentials'
  | 'has_fragment'
  | 'has_control_character'

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
  if (url.protocol === 'https:') return undefined
  return url.protocol === 'http:' && allowHttpLoopback && isLoopbackHost(url.hostname) ? undefined : 'not_https'
}

/** `localhost`, `*.localhost` (RFC 6761) and the loopback literals. */
export function isLoopbackHost(hostname: string): boolean {
  return LOOPBACK_HOSTS.has(hostname) || hostname.endsWith('.localhost')
}
