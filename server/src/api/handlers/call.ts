// Owns what a handler is given, and what it gives: one request of one route, already validated.
import type { IncomingHttpHeaders } from 'node:http'
import type {
  ROUTES,
  Route,
  RouteBody,
  RouteName,
  RouteParams,
  RouteQuery,
  RouteResponse,
} from '@timbre/contract/routes.ts'
import type { IdempotencyClaim } from '../../storage/storage.ts'
import type { Caller } from '../auth/caller.ts'
import type { StreamStart } from '../http/event-stream.ts'
import type { Language } from '../http/language.ts'

export interface Call<N extends RouteName> {
  readonly params: RouteParams<N>
  readonly query: RouteQuery<N>
  readonly body: RouteBody<N>
  /** The body as it came, for values that are passed on byte for byte. */
  readonly bodyText: string
  readonly caller: Caller
  readonly headers: IncomingHttpHeaders
  readonly remoteAddress: string
  /** Calls back when the connection has ended and nobody waits for the response any more. */
  readonly onGone: (listener: () => void) => void
  /** Of whoever reads the response. */
  readonly language: Language
  /** The header `Last-Event-ID`. */
  readonly lastEventId: string | undefined
  /** What the route answers with. */
  readonly route: Pick<Route, 'status' | 'reveals'>
  /** Set when a POST carries an Idempotency-Key. */
  readonly idempotency: IdempotencyClaim | undefined
  /** Adds a header to the response. */
  readonly setHeader: (name: string, value: string) => void
  /** To be called when the response is that of an earlier request with the same Idempotency-Key. */
  readonly replayed: () => void
}

/** A stream is begun when its head is written. */
type Response<N extends RouteName> = (typeof ROUTES)[N] extends { readonly streams: object }
  ? StreamStart
  : RouteResponse<N>

export type Handler<N extends RouteName> = (call: Call<N>) => Promise<Response<N>>

/** A handler for every route of the table, no more and no fewer. */
export type Handlers = { readonly [N in RouteName]: Handler<N> }
