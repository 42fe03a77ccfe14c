// Owns client.apiKeys.
import type { Http } from './http.ts'
import { type List, list } from './list.ts'
import { path } from './path.ts'
import type { RequestOptions } from './request-options.ts'
import type { ApiKey, ApiKeyCreate, CreatedApiKey, PageMeta, PageQuery } from './resources.generated.ts'

export class ApiKeys {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  list(query?: PageQuery, options?: RequestOptions): List<ApiKey, PageMeta> {
    return list(this.#http, '/api-keys', query, options)
  }

  /** The response has the key itself, which is shown this once. */
  create(apiKey: ApiKeyCreate, options?: RequestOptions): Promise<CreatedApiKey> {
    return this.#http.request({ method: 'POST', path: '/api-keys', body: apiKey }, options)
  }

  /** The key stops working at once. */
  async revoke(apiKeyId: string, options?: RequestOptions): Promise<void> {
    return this.#http.request({ method: 'DELETE', path: path`/api-keys/${apiKeyId}` }, options)
  }
}
