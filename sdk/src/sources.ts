// Owns client.sources.
import type { Http } from './http.ts'
import { type List, list } from './list.ts'
import { path } from './path.ts'
import type { RequestOptions } from './request-options.ts'
import type {
  PageMeta,
  PageQuery,
  RefusedRequest,
  RefusedRequests,
  Source,
  SourceCreate,
  SourceUpdate,
} from './resources.generated.ts'

export class Sources {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  list(query?: PageQuery, options?: RequestOptions): List<Source, PageMeta> {
    return list(this.#http, '/sources', query, options)
  }

  /** The answer has the URL that the provider is to be given. */
  create(source: SourceCreate, options?: RequestOptions): Promise<Source> {
    return this.#http.request({ method: 'POST', path: '/sources', body: source }, options)
  }

  get(sourceId: string, options?: RequestOptions): Promise<Source> {
    return this.#http.request({ method: 'GET', path: path`/sources/${sourceId}` }, options)
  }

  /** With a `secret` it is rotated: the one before is taken for `overlapHours` more. */
  update(sourceId: string, change: SourceUpdate, options?: RequestOptions): Promise<Source> {
    return this.#http.request({ method: 'PATCH', path: path`/sources/${sourceId}`, body: change }, options)
  }

  /** Its URL is dead at once, and what it has sent is removed. */
  async delete(sourceId: string, options?: RequestOptions): Promise<void> {
    return this.#http.request({ method: 'DELETE', path: path`/sources/${sourceId}` }, options)
  }

  /** The last requests of the provider that were refused, newest first, each with its cause. */
  async listRefusedRequests(sourceId: string, options?: RequestOptions): Promise<readonly RefusedRequest[]> {
    const request = { method: 'GET', path: path`/sources/${sourceId}/requests` } as const
    return (await this.#http.request<RefusedRequests>(request, options)).data
  }
}
