// Owns the origin of this installation in links that it gives away.
import type { IncomingHttpHeaders } from 'node:http'

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i

/** The setting; without it as the caller reached the server, by TLS but on this machine. */
export function originOf(
  { publicUrl }: { readonly publicUrl: string | null },
  { host = 'localhost' }: Pick<IncomingHttpHeaders, 'host'>,
): string {
  return publicUrl ?? `${LOOPBACK.test(host) ? 'http' : 'https'}://${host}`
}
