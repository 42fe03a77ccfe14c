// Owns the SQLite backend: one connection, used by one call after another.
// Works in the process that makes it; the server puts it on a thread of its own (`storage-thread.ts`).
import assert from 'node:assert/strict'
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import {
  callByName,
  ForwardingStorage,
  type StorageCalls,
  type StorageMethod,
} from '../interface/forwarding-storage.ts'
import { records } from '../queries/records.ts'
import { DirectoryLock } from '../shared/directory-lock.ts'
import type {
  AcceptEventsResult,
  AcceptRequest,
  AttemptResult,
  ClaimedDelivery,
  DeliveryLease,
  EnvelopeKey,
  LeaseOffer,
  RecordAttemptsResult,
  Storage,
} from '../storage.ts'
import { AcceptEvents } from './accept/accept-events.ts'
import { AdvanceCalls } from './accept/advance-calls.ts'
import { EventInserter } from './accept/insert-events.ts'
import { ClaimDue } from './claim/claim-due.ts'
import { FindBacklog } from './claim/find-backlog.ts'
import { LoadEnvelopes } from './claim/load-envelopes.ts'
import { NextDueAt } from './claim/next-due-at.ts'
import { pullCalls } from './claim/pull-calls.ts'
import { RescueDeliveries } from './claim/rescue-deliveries.ts'
import { CallQueue } from './connection/call-queue.ts'
import { sqliteDialect } from './connection/kysely-dialect.ts'
import { openDatabase } from './connection/open-database.ts'
import { WritesOfOthers } from './connection/writes-of-others.ts'
import { ChangeLog, ChangeReader } from './record/change-log.ts'
import { DisableWebhook } from './record/disable-webhook.ts'
import { EvaluateWebhooks } from './record/evaluate-webhooks.ts'
import { FoldStatistics } from './record/fold-statistics.ts'
import { RecordAttempts } from './record/record-attempts.ts'
import { FileSize } from './record/storage-size.ts'
import { EndOrphanedDeliveries } from './remove/end-orphaned-deliveries.ts'
import { ERASE_FROM_SOURCES, EraseCall } from './remove/erase-call.ts'
import { NewestTrace } from './remove/newest-trace.ts'
import { PruneEvents } from './remove/prune-events.ts'
import { RemoveDeletedWebhooks } from './remove/remove-deleted-webhooks.ts'
import { truncateLog } from './remove/truncate-log.ts'
import { AdvanceReplay } from './replay/advance-replay.ts'
import { migrate } from './schema/migrations.ts'

export interface SqliteStorageOptions {
  /** A path, or `:memory:`. */
  readonly file: string
  readonly random: Random
  readonly clock: Clock
}

/** What consumers ask for, as often as they like: those that wait together share a commit, as the hot calls do. */
const SHARED: ReadonlySet<StorageMethod> = new Set<StorageMethod>([
  'peekPull',
  'leasePulled',
  'listPullLeases',
  'extendPullLease',
  'releasePulled',
])

export class SqliteStorage extends ForwardingStorage implements Storage {
  readonly #options: SqliteStorageOptions
  readonly #lock: DirectoryLock | undefined
  #db: DatabaseSync | undefined
  #calls: StorageCalls | undefined
  /** A change in Kysely has pauses in it, in which no other call may use the connection. */
  readonly #queue = new CallQueue()

  constructor(options: SqliteStorageOptions) {
    super((method, args) => {
      const call = (calls: StorageCalls) => callByName(calls, method, args)
      return SHARED.has(method) ? this.#runShared(call) : this.#queue.add(() => call(this.#started()))
    })
    this.#options = options
    this.#lock = options.file === ':memory:' ? undefined : new DirectoryLock(options.file)
  }

  /** @throws Error when another process uses the directory, or the file was written by a newer Timbre */
  start(): Promise<void> {
    return this.#queue.add(async () => {
      assert(this.#db === undefined, 'the storage is started once')
      this.#lock?.take()
      try {
        this.#db = openDatabase(this.#options.file)
        migrate(this.#db, this.#options.clock.now())
        this.#calls = storageCalls(this.#db, this.#options)
      } catch (error) {
        this.#close()
        throw error
      }
    })
  }

  stop(): Promise<void> {
    return this.#queue.add(async () => this.#close())
  }

  acceptEvents(requests: readonly AcceptRequest[], offer: LeaseOffer): Promise<AcceptEventsResult> {
    return this.#runShared((calls) => calls.acceptEvents(requests, offer))
  }

  claimDue(offer: LeaseOffer, now: number): Promise<ClaimedDelivery[]> {
    return this.#runShared((calls) => calls.claimDue(offer, now))
  }

  loadEnvelopes(deliveries: readonly EnvelopeKey[]): Promise<readonly (string | null)[]> {
    return this.#runShared((calls) => calls.loadEnvelopes(deliveries))
  }

  recordAttempts(results: readonly AttemptResult[], offer: LeaseOffer): Promise<RecordAttemptsResult> {
    return this.#runShared((calls) => calls.recordAttempts(results, offer))
  }

  releaseDeliveries(leases: readonly DeliveryLease[], dueAt: number): Promise<void> {
    return this.#runShared((calls) => calls.releaseDeliveries(leases, dueAt))
  }

  /** For calls that are frequent, without a pause, and written with `inTransaction` or only reading: those that wait together share a commit. */
  #runShared<T>(call: (calls: StorageCalls) => Promise<T>): Promise<T> {
    return this.#queue.add(() => call(this.#started()), this.#db)
  }

  #started(): StorageCalls {
    assert(this.#calls !== undefined, 'the storage is used between start and stop only')
    return this.#calls
  }

  #close(): void {
    this.#calls = undefined
    this.#db?.close()
    this.#db = undefined
    this.#lock?.release()
  }
}

function storageCalls(db: DatabaseSync, { random, clock }: SqliteStorageOptions): StorageCalls {
  const inserter = new EventInserter(db, random)
  const disable = new DisableWebhook(db, random)
  const advanceCalls = new AdvanceCalls(db)
  const changes = new ChangeLog(db)
  const changeReader = new ChangeReader(db)
  const acceptEvents = new AcceptEvents(db, clock, inserter, advanceCalls, changes)
  const recordAttempts = new RecordAttempts({ db, clock, inserter, disable, changes })
  const claimDue = new ClaimDue(db)
  const loadEnvelopes = new LoadEnvelopes(db)
  const advanceReplay = new AdvanceReplay(db, inserter, changes)
  const rescueDeliveries = new RescueDeliveries(db)
  const nextDueAt = new NextDueAt(db)
  const foldStatistics = new FoldStatistics(db)
  const findBacklog = new FindBacklog(db)
  const evaluateWebhooks = new EvaluateWebhooks(db, inserter, disable, changes)
  const endOrphanedDeliveries = new EndOrphanedDeliveries(db, changes)
  const pruneEvents = new PruneEvents(db, clock)
  const newestTrace = new NewestTrace(db)
  const eraseCall = new EraseCall(db, clock, ERASE_FROM_SOURCES)
  const removeDeletedWebhooks = new RemoveDeletedWebhooks(db)
  const writesOfOthers = new WritesOfOthers(db)
  const fileSize = new FileSize(db)
  return {
    ...records(sqliteDialect(db)),
    ...pullCalls(db),
    acceptEvents: async (requests, offer) => acceptEvents.run(requests, offer),
    findTrackedCalls: async (sought) => advanceCalls.find(sought),
    recordAttempts: async (results, offer) => recordAttempts.run(results, offer),
    claimDue: async (offer, now) => claimDue.run(offer, now),
    loadEnvelopes: async (deliveries) => loadEnvelopes.run(deliveries),
    releaseDeliveries: async (leases, dueAt) => rescueDeliveries.release(leases, dueAt),
    rescueDeliveries: async (now, all) => rescueDeliveries.rescue(now, all),
    nextDueAt: async () => nextDueAt.run(),
    countReplay: async (scope, walk) => advanceReplay.count(scope, walk),
    advanceReplay: async ({ id }, bounds, now) => advanceReplay.run(id, bounds, now),
    runningReplays: async (limit) => advanceReplay.running(limit),
    listWebhooksToEvaluate: async (failingMsMin, after, limit) => evaluateWebhooks.list(failingMsMin, after, limit),
    writeVerdict: async (verdict, offer) => evaluateWebhooks.write(verdict, offer),
    endOrphanedDeliveries: async (limit, now) => endOrphanedDeliveries.run(limit, now),
    foldStatistics: async (bounds) => foldStatistics.run(bounds),
    findBacklog: async (query) => findBacklog.run(query),
    pruneEvents: async (request) => pruneEvents.run(request),
    newestTrace: async () => newestTrace.run(),
    eraseCall: async (request) => eraseCall.run(request),
    removeDeletedWebhooks: async (limit) => removeDeletedWebhooks.run(limit),
    writesOfOthers: async () => writesOfOthers.run(),
    truncateLog: async () => truncateLog(db),
    measureStorage: async () => fileSize.measure(),
    noteStorageSize: async (now) => fileSize.note(now),
    listNodes: async () => [],
    locateChanges: async (...args) => changeReader.locate(...args),
    listChanges: async (...args) => changeReader.list(...args),
    pruneChanges: async (now, limit) => changes.prune(now, limit),
  }
}
