// Owns the interface of durable storage. Everything above knows this file and never a backend.
// Times are integer milliseconds since 1970, ids are lower-case UUIDs (events: `evt_…`), secrets come in sealed.
import type { HotStorage } from './hot-storage.ts'
import type { RecordStorage } from './record-storage.ts'
import type { RemovalStorage } from './removal-storage.ts'
import type { ReplayStorage } from './replay-storage.ts'
import type { SealedStorage } from './sealed-storage.ts'

export { attemptRecord } from './attempt-record.ts'
export { bodiesOf } from './bodies-of-leased.ts'
export type * from './change-context.ts'
export { type ChangeFeed, type ConfigurationChange, copyAgeMsMax } from './change-feed.ts'
export type * from './hot-storage.ts'
export { CLAIMED_BODY_BYTES_MAX } from './hot-storage.ts'
export { LEASED_IN_RESERVE, NOTHING_OFFERED } from './lease-budget.ts'
export { leaseOf } from './lease-of.ts'
export type * from './record-storage.ts'
export type * from './removal-storage.ts'
export type * from './removed-rows.ts'
export type * from './replay-storage.ts'
export { REQUEST_DELIVERIES_MAX } from './request-size.ts'
export type * from './rows.ts'
export { savedKey } from './saved-key.ts'
export type * from './sealed-storage.ts'
export { skippedOf, skipReason } from './skipped-webhooks.ts'
export type * from './standing.ts'

/**
 * The one durable store. Every promise that resolves after a write means: on disk, fsynced (CONTRACT §2, Event).
 * A write that is declined throws a `Refusal` of the contract; anything else thrown is a fault of the store.
 */
export interface Storage extends HotStorage, RecordStorage, RemovalStorage, ReplayStorage, SealedStorage {
  /** Opens the store and brings its tables to the current version. Called once, before anything else. */
  start(): Promise<void>
  /** A number that is another one after another process has written; always the same where the change feed tells of it. */
  writesOfOthers(): Promise<number>
  /** Closes the store; what was promised is on disk. Tolerates being called twice. */
  stop(): Promise<void>
}
