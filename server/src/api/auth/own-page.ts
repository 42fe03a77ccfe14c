// Owns whether a request of a browser comes from a page of this installation. Pure.
import type { IncomingHttpHeaders } from 'node:http'

/** `unknown`: no page asked (an address that was typed, a program), or the browser does not say. */
export type Asker = 'own_page' | 'foreign_page' | 'unknown'

/**
 * Who asks, by what no script can set (Fetch Metadata; RFC 6454 §7).
 * @param publicUrl the origin of this installation where `Host` does not say it; null: `Host` does
 */
export function askerOf(headers: IncomingHttpHeaders, publicUrl: string | null): Asker {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'none') return site === 'same-origin' ? 'own_page' : 'foreign_page'
  const { origin, host } = headers
  if (origin === undefined) return 'unknown'
  // Without TLS of its own, Timbre does not know the scheme that the browser used: the host with its port has to do.
  const isOwn = origin === publicUrl || (host !== undefined && URL.parse(origin)?.host === host.toLowerCase())
  return isOwn ? 'own_page' : 'foreign_page'
}
