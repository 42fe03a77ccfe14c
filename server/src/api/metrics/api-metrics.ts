// Owns what the API counts. Must never be given a label of its callers' making: every value here is one of a few.
import type { ErrorCode } from '@timbre/contract/errors.ts'
import type { CutReason } from '../http/connections.ts'
import type { LimitClass } from '../limits/rate-limits.ts'

export interface ApiMetrics {
  /** A publish request was refused: there was no memory for its body. */
  refused(short: 'memory'): void
  /** Credentials were refused with 401 or 403. */
  authFailed(reason: ErrorCode): void
  /** A request was refused with 429, by a limit. */
  rateLimited(limitClass: LimitClass | 'failed_credentials' | 'source' | 'mcp'): void
  connectionCut(reason: CutReason): void
  /** Gauges that are read when the metrics are. */
  watchApi(read: { readonly bodyBytes: () => number; readonly connections: () => number }): void
}
