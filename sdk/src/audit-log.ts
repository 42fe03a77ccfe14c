// Owns client.auditLog: who changed what on an instance. Needs the admin key.
import type { Http } from './http.ts'
import { type List, list } from './list.ts'
import type { RequestOptions } from './request-options.ts'
import type { AuditEntry, HistoryMeta, ListAuditEntriesQuery } from './resources.generated.ts'

export class AuditLog {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  /** Newest first. */
  list(query?: ListAuditEntriesQuery, options?: RequestOptions): List<AuditEntry, HistoryMeta> {
    return list(this.#http, '/audit-log', query, options)
  }
}
