// Owns what every method takes as its last argument.

export interface RequestOptions {
  /** Aborts the call, also while it waits for its next try. */
  readonly signal?: AbortSignal
  /** Instead of the one that every POST gets by itself: 1–255 printable ASCII characters. */
  readonly idempotencyKey?: string
  /** For each try; instead of the client's. */
  readonly timeoutMs?: number
}
