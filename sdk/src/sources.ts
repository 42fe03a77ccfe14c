// Owns client.sources.
import type { Http } from './http.ts'
import { type List, list } from './list.ts'
import { path } from './path.ts'
import type { RequestOptions } from './request-options.ts'
import type {
  CallSignal,
  PageMeta,
  PageQuery,
  RefusedRequest,
  RefusedRequests,
  Signals,
  Source,
  SourceCreate,
  SourceTest,
  SourceTestResult,
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

  /** The response has the URL that the provider is to be given. */
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

  /** The last messages that were taken, newest first. */
  async listSignals(sourceId: string, options?: RequestOptions): Promise<readonly CallSignal[]> {
    const request = { method: 'GET', path: path`/sources/${sourceId}/signals` } as const
    return (await this.#http.request<Signals>(request, options)).data
  }

  /** Takes the messages of one call, signed as the provider signs. Its events go to your webhooks, with `data.provider.is_test`. */
  test(sourceId: string, test: SourceTest = {}, options?: RequestOptions): Promise<SourceTestResult> {
    return this.#http.request({ method: 'POST', path: path`/sources/${sourceId}/test`, body: test }, options)
  }
}
