// Owns client.session: the session of a browser, whose cookie no script can read.
import type { Http } from './http.ts'
import type { RequestOptions } from './request-options.ts'
import type { Session, SessionCreate } from './resources.generated.ts'

export class BrowserSession {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  /** Signs in; from then on the calls of this client are those of the session. A link of a portal can be followed once. */
  async create(credentials: SessionCreate, options?: RequestOptions): Promise<Session> {
    const session = await this.#http.request<Session>({ method: 'POST', path: '/session', body: credentials }, options)
    this.#http.setSession({ csrfToken: session.csrfToken })
    return session
  }

  /** The session that the browser has, after a page was loaded anew; the calls of this client are its own from then on. */
  async get(options?: RequestOptions): Promise<Session> {
    const session = await this.#http.request<Session>({ method: 'GET', path: '/session' }, options)
    this.#http.setSession({ csrfToken: session.csrfToken })
    return session
  }

  /** Signs out. */
  async end(options?: RequestOptions): Promise<void> {
    return this.#http.request({ method: 'DELETE', path: '/session' }, options)
  }
}
