// Owns client.portalSessions.
import type { Http } from './http.ts'
import { type List, list } from './list.ts'
import { path } from './path.ts'
import type { RequestOptions } from './request-options.ts'
import type {
  CreatedPortalSession,
  PageMeta,
  PageQuery,
  PortalSession,
  PortalSessionCreate,
} from './resources.generated.ts'

export class PortalSessions {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  /** The response has the link, which is good once and shown this once: send a browser there, and keep it out of logs. */
  create(portalSession: PortalSessionCreate, options?: RequestOptions): Promise<CreatedPortalSession> {
    return this.#http.request({ method: 'POST', path: '/portal-sessions', body: portalSession }, options)
  }

  list(query?: PageQuery, options?: RequestOptions): List<PortalSession, PageMeta> {
    return list(this.#http, '/portal-sessions', query, options)
  }

  /** Its next request is refused. */
  async end(portalSessionId: string, options?: RequestOptions): Promise<void> {
    return this.#http.request({ method: 'DELETE', path: path`/portal-sessions/${portalSessionId}` }, options)
  }

  /** All of the workspace. */
  async endAll(options?: RequestOptions): Promise<void> {
    return this.#http.request({ method: 'DELETE', path: '/portal-sessions' }, options)
  }
}
