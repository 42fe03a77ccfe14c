// Owns client.events: publishing, and looking up what was published.
import type { Http } from './http.ts'
import { type List, list } from './list.ts'
import { path } from './path.ts'
import type { RequestOptions } from './request-options.ts'
import type {
  AcceptedEvent,
  Erasure,
  EventDataByType,
  EventDetail,
  EventPublish,
  EventSummary,
  HistoryMeta,
  ListEventsQuery,
} from './resources.generated.ts'

/** An event to publish; `data` is typed for the built-in types. */
export interface PublishEvent<T extends string = string> extends Omit<EventPublish, 'type' | 'data'> {
  type: T
  data: T extends keyof EventDataByType ? EventDataByType[T] : Readonly<Record<string, unknown>>
}

export class Events {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  /** Resolves once the event and all its deliveries are on disk. A repeated `id` gives `duplicate: true`. */
  publish<const T extends string>(event: PublishEvent<T>, options?: RequestOptions): Promise<AcceptedEvent> {
    return this.#http.request({ method: 'POST', path: '/events', body: event }, options)
  }

  /** Publishes 1–1000 events, all or none; answers in the same order. */
  async publishBatch(events: readonly PublishEvent[], options?: RequestOptions): Promise<AcceptedEvent[]> {
    const call = { method: 'POST', path: '/events/batch', body: { events } } as const
    return (await this.#http.request<{ data: AcceptedEvent[] }>(call, options)).data
  }

  /** Newest first. */
  list(query?: ListEventsQuery, options?: RequestOptions): List<EventSummary, HistoryMeta> {
    return list(this.#http, '/events', query, options)
  }

  /** An event with its data and its deliveries. */
  async get(eventId: string, options?: RequestOptions): Promise<EventDetail> {
    return this.#http.request({ method: 'GET', path: path`/events/${eventId}` }, options)
  }

  /** Removes every event with this `call_id`, with its deliveries and attempts, for good. Answers with how many. */
  eraseCall(callId: string, options?: RequestOptions): Promise<Erasure> {
    return this.#http.request({ method: 'POST', path: '/erasures', body: { callId } }, options)
  }
}
