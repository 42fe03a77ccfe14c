// Owns client.deliveries: the deliveries of all webhooks of the workspace.
import type { Http } from './http.ts'
import { type List, list } from './list.ts'
import type { RequestOptions } from './request-options.ts'
import type { DeliverySummary, HistoryMeta, ListDeliveriesQuery } from './resources.generated.ts'

export class Deliveries {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  /** Newest first. */
  list(query?: ListDeliveriesQuery, options?: RequestOptions): List<DeliverySummary, HistoryMeta> {
    return list(this.#http, '/deliveries', query, options)
  }
}
