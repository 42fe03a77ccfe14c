// Owns client.calls: finding calls, and what became of the events of one.
import type { Http } from './http.ts'
import { type List, list } from './list.ts'
import { path } from './path.ts'
import type { RequestOptions } from './request-options.ts'
import type { Call, CallDetail, HistoryMeta, ListCallsQuery } from './resources.generated.ts'

export class Calls {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  /** Newest first, by the first event of each call. */
  list(query?: ListCallsQuery, options?: RequestOptions): List<Call, HistoryMeta> {
    return list(this.#http, '/calls', query, options)
  }

  /** What its source said of a call, and its events in order, with their deliveries and attempts. Any `call_id` will do but `.` and `..`, which no URL can name. */
  async get(callId: string, options?: RequestOptions): Promise<CallDetail> {
    return this.#http.request({ method: 'GET', path: path`/calls/${callId}` }, options)
  }
}
