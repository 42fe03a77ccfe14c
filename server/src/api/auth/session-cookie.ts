// Owns the cookie of a session: its name, who gets it, and reading it.
// Must never be readable for a script, nor leave TLS but in development.
import type { IncomingHttpHeaders } from 'node:http'
import type { SessionKind } from '@timbre/contract/session.ts'
import { isToken } from './session-token.ts'

export interface BrowserOptions {
  /** Where browsers reach this installation, `https://timbre.example.com`; null: at the Host that they ask for. */
  readonly publicUrl: string | null
  /** Origins whose pages may show the portal in a frame. */
  readonly frameAncestors: readonly string[]
  /** Development: browsers may come over plain HTTP. */
  readonly allowPlainHttp: boolean
}

/** `__Host-` has the browser refuse it from a subdomain, for a path or without TLS (RFC 6265bis §4.1.3.2). */
const NAME = '__Host-timbre'
/** Not every browser takes the prefix over plain HTTP. */
const NAME_OF_DEVELOPMENT = 'timbre-session'
// Longer ones are not ours; a browser sends at most 4096 bytes of one cookie.
const HEADER_LENGTH_MAX = 16_384

export class SessionCookie {
  readonly #options: BrowserOptions
  readonly name: string

  constructor(options: BrowserOptions) {
    this.#options = options
    this.name = options.allowPlainHttp ? NAME_OF_DEVELOPMENT : NAME
  }

  /** The token in the cookie of a request; undefined: there is none that could be one. */
  read({ cookie }: Pick<IncomingHttpHeaders, 'cookie'>): string | undefined {
    if (cookie === undefined || cookie.length > HEADER_LENGTH_MAX) return undefined
    // RFC 6265 §4.2.1. A token needs no quotes and no encoding; whoever sets a second one of the name gets nobody's session.
    const [token = '', ...more] = cookie.split(/; */).flatMap((pair) => namedValue(pair, this.name))
    return more.length === 0 && isToken(token) ? token : undefined
  }

  /** The value of `Set-Cookie`. */
  write(token: string, kind: SessionKind, seconds: number): string {
    return this.#text(token, kind, Math.max(Math.floor(seconds), 0))
  }

  /** The value of `Set-Cookie` that has the browser forget it. */
  clear(kind: SessionKind): string {
    return this.#text('', kind, 0)
  }

  /** Only a portal is ever shown in a frame of another site: the session of a key is never sent there. */
  #text(value: string, kind: SessionKind, maxAge: number): string {
    const { frameAncestors, allowPlainHttp } = this.#options
    const isFramed = kind === 'portal' && frameAncestors.length > 0
    const attributes = isFramed
      ? ['Secure', 'SameSite=None', 'Partitioned']
      : [...(allowPlainHttp ? [] : ['Secure']), 'SameSite=Strict']
    return [`${this.name}=${value}`, `Max-Age=${maxAge}`, 'Path=/', 'HttpOnly', ...attributes].join('; ')
  }
}

function namedValue(pair: string, name: string): string[] {
  return pair.startsWith(`${name}=`) ? [pair.slice(name.length + 1)] : []
}
