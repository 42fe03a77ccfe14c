// Owns what goes with a management change into its transaction, and the forms of lists.
import type { AuditAction } from '@timbre/contract/audit-entry.ts'

/** What goes with a management change into its transaction. */
export interface ChangeContext {
  readonly now: number
  readonly audit: AuditNote
  /** A repeated key throws Refusal IDEMPOTENCY_KEY_REUSED or returns through `findResponse`; see IdempotencyClaim. */
  readonly idempotency?: (IdempotencyClaim & { readonly response: StoredResponse }) | undefined
}

export interface AuditNote {
  readonly id: string
  readonly workspaceId: string | null
  readonly action: AuditAction
  readonly actor: string
  readonly targetId: string
  readonly changedFields: readonly string[]
  readonly remoteAddress: string | null
}

export interface IdempotencyClaim {
  readonly workspaceId: string
  /** Whose request it is: `admin`, or the id of an API key. With another credential it is another request. */
  readonly credential: string
  readonly key: string
  /** SHA-256 of method, path and body. */
  readonly requestHash: string
  readonly expiresAt: number
}

/** The response of a POST without what is shown once, sealed, because it holds what a workspace has configured. */
export interface StoredResponse {
  readonly status: number
  readonly sealedBody: string
}

/** As it was found: also under which key its row lies, which is a part of the place that it was sealed for. */
export interface FoundResponse extends StoredResponse {
  readonly rowKey: string
}

export interface Page<T> {
  readonly rows: readonly T[]
  readonly total: number
}

export interface PageRequest {
  readonly page: number
  readonly limit: number
}

/** A stretch of a list that is more than the rows of one table: so many of them are left out, and so many taken. */
export interface RowRange {
  readonly offset: number
  readonly limit: number
}

/** `before`: only rows older than this sequence number. Newest first. */
export interface HistoryRequest {
  readonly limit: number
  readonly before: number | null
}

export interface History<T> {
  readonly rows: readonly T[]
  /**
   * Sequence number to go on from, or null at the end. There may be more also after fewer rows than were asked for: a
   * page looks at a bounded number of rows.
   */
  readonly next: number | null
}
