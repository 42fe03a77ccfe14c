// Owns what a live stream of deliveries is of: its path, and its frames.
import type { Http } from './http.ts'
import { LiveStream, type StreamOptions } from './live-stream.ts'
import type { DeliveryGap, DeliverySummary, StreamDeliveriesQuery } from './resources.generated.ts'

export type DeliveryStreamItem =
  /** A change has left the delivery so. */
  | { readonly type: 'delivery'; readonly id: string; readonly delivery: DeliverySummary }
  /** Changes between these times cannot be shown any more: list the deliveries that matter. */
  | { readonly type: 'gap'; readonly id: string; readonly gap: DeliveryGap }

export type DeliveryStream = LiveStream<DeliveryStreamItem>

export function deliveryStream(http: Http, query: StreamDeliveriesQuery, options: StreamOptions): DeliveryStream {
  return new LiveStream(http, { path: '/deliveries/stream', query, itemOf }, options)
}

/** The service's own frames are of the types that the contract gives them. */
function itemOf(event: string, id: string, data: () => unknown): DeliveryStreamItem | undefined {
  if (event === 'delivery') return { type: 'delivery', id, delivery: data() as DeliverySummary }
  if (event === 'gap') return { type: 'gap', id, gap: data() as DeliveryGap }
  return undefined
}
