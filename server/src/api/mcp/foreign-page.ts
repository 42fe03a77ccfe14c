// Owns whether a message of the protocol comes from a page that may not send one. Pure.
// A page whose own name was pointed at this machine (DNS rebinding) has the Host that it asks for: a name proves nothing.
import type { IncomingHttpHeaders } from 'node:http'

export interface KnownPages {
  /** TIMBRE_PUBLIC_URL; null: it is not set. */
  readonly publicUrl: string | null
  /** TIMBRE_CORS_ORIGINS. */
  readonly corsOrigins: readonly string[]
}

/** What no name server can say anything of. */
const ADDRESS = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i

/** Programs send no Origin; a browser always does with a POST (Fetch §3.1). */
export function isForeignPage({ origin, host }: IncomingHttpHeaders, { publicUrl, corsOrigins }: KnownPages): boolean {
  if (origin === undefined || origin === publicUrl || corsOrigins.includes(origin)) return false
  const isOfThisMachine = host !== undefined && ADDRESS.test(host) && URL.parse(origin)?.host === host.toLowerCase()
  return publicUrl !== null || !isOfThisMachine
}
