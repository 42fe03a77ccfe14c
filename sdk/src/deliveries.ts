// Owns client.deliveries: the deliveries of all webhooks of the workspace.
import { type DeliveryStream, deliveryStream } from './delivery-stream.ts'
import type { Http } from './http.ts'
import { type List, list } from './list.ts'
import type { StreamOptions } from './live-stream.ts'
import { path } from './path.ts'
import type { RequestOptions } from './request-options.ts'
import type {
  Delivery,
  DeliverySummary,
  HistoryMeta,
  ListDeliveriesQuery,
  StreamDeliveriesQuery,
} from './resources.generated.ts'

export class Deliveries {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  /** A delivery of any webhook, with the request and the response of its last attempt. */
  async get(deliveryId: string, options?: RequestOptions): Promise<Delivery> {
    return this.#http.request({ method: 'GET', path: path`/deliveries/${deliveryId}` }, options)
  }

  /** Newest first. */
  list(query?: ListDeliveriesQuery, options?: RequestOptions): List<DeliverySummary, HistoryMeta> {
    return list(this.#http, '/deliveries', query, options)
  }

  /**
   * Changes of deliveries as they happen, each once: `for await (const item of client.deliveries.stream())`. It connects again by
   * itself and goes on where it was. The first connection is tried as often as any call.
   */
  stream(query: StreamDeliveriesQuery = {}, options: StreamOptions = {}): DeliveryStream {
    return deliveryStream(this.#http, query, options)
  }
}
