// Owns the interface of durable storage. Everything above knows this file and never a backend.
// Times are integer milliseconds since 1970, ids are lower-case UUIDs (events: `evt_…`), secrets come in sealed.
import type { HotStorage } from './interface/hot-storage.ts'
import type { InstanceStorage } from './interface/instance-storage.ts'
import type { PullStorage } from './interface/pull-storage.ts'
import type { RecordStorage } from './interface/record-storage.ts'
import type { RemovalStorage } from './interface/removal-storage.ts'
import type { ReplayStorage } from './interface/replay-storage.ts'
import type { SealedStorage } from './interface/sealed-storage.ts'
import type { SourceStorage } from './interface/source-storage.ts'
import type { StatisticsStorage } from './interface/statistics-storage.ts'
import type { StreamStorage } from './interface/stream-storage.ts'

export type * from './interface/change-context.ts'
export type * from './interface/hot-storage.ts'
export { CLAIMED_ENVELOPE_BYTES_MAX } from './interface/hot-storage.ts'
export type * from './interface/instance-storage.ts'
export {
  ALONE,
  type ChangeFeed,
  type ConfigurationChange,
  copyAgeMsMax,
  type Membership,
} from './interface/other-nodes.ts'
export type * from './interface/pull-storage.ts'
export type * from './interface/record-storage.ts'
export type * from './interface/removal-storage.ts'
export type * from './interface/removed-rows.ts'
export type * from './interface/replay-storage.ts'
export { ResponseExists } from './interface/response-exists.ts'
export type * from './interface/rows.ts'
export type * from './interface/sealed-storage.ts'
export type * from './interface/source-storage.ts'
export type * from './interface/statistics-storage.ts'
export type * from './interface/stream-storage.ts'
export { WHOLE_ROW } from './interface/stream-storage.ts'
export { REQUEST_DELIVERIES_MAX } from './shared/accept-rules.ts'
export { attemptRecord, headersText, readHeaders } from './shared/attempt-record.ts'
export { LEASED_IN_RESERVE, NOTHING_OFFERED } from './shared/lease-budget.ts'
export { envelopesOf, leaseOf } from './shared/leased-delivery.ts'
export { savedKey } from './shared/saved-key.ts'
export { skippedOf, skipReason } from './shared/skipped-webhooks.ts'

/**
 * The one durable store. Every promise that resolves after a write means: on disk, fsynced (CONTRACT §2, Event).
 * A write that is declined throws a `Refusal` of the contract; anything else thrown is a fault of the store.
 */
export interface Storage
  extends HotStorage,
    InstanceStorage,
    PullStorage,
    RecordStorage,
    RemovalStorage,
    ReplayStorage,
    SealedStorage,
    StatisticsStorage,
    SourceStorage,
    StreamStorage {
  /** Opens the store and brings its tables to the current version. Called once, before anything else. */
  start(): Promise<void>
  /** A number that is another one after another process has written; always the same where the change feed tells of it. */
  writesOfOthers(): Promise<number>
  /** Closes the store; what was promised is on disk. Tolerates being called twice. */
  stop(): Promise<void>
}
