// Owns what a live stream of what a test receiver gets is of: its path, and its frames.
import type { Http } from './http.ts'
import { LiveStream, type StreamOptions } from './live-stream.ts'
import { path } from './path.ts'
import type { ReceivedGap, ReceivedRequest, StreamReceivedQuery } from './resources.generated.ts'

export type ReceivedStreamItem =
  /** It got this request. */
  | { readonly type: 'request'; readonly id: string; readonly request: ReceivedRequest }
  /** So many requests cannot be shown any more: newer ones took their place. */
  | { readonly type: 'gap'; readonly id: string; readonly gap: ReceivedGap }
  /** What it had kept was forgotten. */
  | { readonly type: 'cleared'; readonly id: string }

export type ReceivedStream = LiveStream<ReceivedStreamItem>

export function receivedStream(
  http: Http,
  testReceiverId: string,
  query: StreamReceivedQuery,
  options: StreamOptions,
): ReceivedStream {
  return new LiveStream(http, { path: path`/test-receivers/${testReceiverId}/requests/stream`, query, itemOf }, options)
}

/** The service's own frames are of the types that the contract gives them. */
function itemOf(event: string, id: string, data: () => unknown): ReceivedStreamItem | undefined {
  if (event === 'request') return { type: 'request', id, request: data() as ReceivedRequest }
  if (event === 'gap') return { type: 'gap', id, gap: data() as ReceivedGap }
  return event === 'cleared' ? { type: 'cleared', id } : undefined
}
