// Owns client.eventTypes: the catalogue, built in and your own.
import type { Http } from './http.ts'
import { type List, list } from './list.ts'
import { path } from './path.ts'
import type { RequestOptions } from './request-options.ts'
import type {
  EventType,
  EventTypeCheck,
  EventTypeCreate,
  EventTypeUpdate,
  EventTypeVerdict,
  PageMeta,
  PageQuery,
} from './resources.generated.ts'

export class EventTypes {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  list(query?: PageQuery, options?: RequestOptions): List<EventType, PageMeta> {
    return list(this.#http, '/event-types', query, options)
  }

  async get(key: string, options?: RequestOptions): Promise<EventType> {
    return this.#http.request({ method: 'GET', path: path`/event-types/${key}` }, options)
  }

  create(eventType: EventTypeCreate, options?: RequestOptions): Promise<EventType> {
    return this.#http.request({ method: 'POST', path: '/event-types', body: eventType }, options)
  }

  /** Whether a schema, and an example, would be accepted. Nothing is kept. */
  async check(check: EventTypeCheck, options?: RequestOptions): Promise<EventTypeVerdict> {
    return this.#http.request({ method: 'POST', path: '/event-types/check', body: check }, options)
  }

  async update(key: string, changes: EventTypeUpdate, options?: RequestOptions): Promise<EventType> {
    return this.#http.request({ method: 'PATCH', path: path`/event-types/${key}`, body: changes }, options)
  }

  async delete(key: string, options?: RequestOptions): Promise<void> {
    return this.#http.request({ method: 'DELETE', path: path`/event-types/${key}` }, options)
  }
}
