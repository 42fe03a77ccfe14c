// Owns client.stats: what was sent in the workspace, how it ended, how long it took, and what waits.
import type { Http } from './http.ts'
import type { RequestOptions } from './request-options.ts'
import type { Statistics, StatisticsQuery } from './resources.generated.ts'

export class Stats {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  /** Of the whole workspace, with webhooks that were deleted; by hours of the last day, unless the query says otherwise. */
  get(query: StatisticsQuery = {}, options?: RequestOptions): Promise<Statistics> {
    return this.#http.request({ method: 'GET', path: '/stats', query }, options)
  }
}
