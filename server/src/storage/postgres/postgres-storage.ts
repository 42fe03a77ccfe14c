// Owns the PostgreSQL backend: any number of nodes over one database, each with a pool of connections.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { PostgresDialect } from 'kysely'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import { callByName, ForwardingStorage, type StorageCalls } from '../interface/forwarding-storage.ts'
import { records } from '../queries/records.ts'
import { DirectoryLock } from '../shared/directory-lock.ts'
import type {
  AcceptEventsResult,
  AcceptRequest,
  AttemptResult,
  ChangeFeed,
  ClaimedDelivery,
  ConfigurationChange,
  DeliveryLease,
  EnvelopeKey,
  LeaseOffer,
  Membership,
  RecordAttemptsResult,
  Storage,
} from '../storage.ts'
import { hotCalls } from './hot-calls.ts'
import type { ChangeNotices } from './nodes/change-notices.ts'
import { correctedClock } from './nodes/corrected-clock.ts'
import { type Confirmation, ErasureNotices } from './nodes/erasure-notices.ts'
import { NodeHeartbeat } from './nodes/node-heartbeat.ts'
import { readNodeId } from './nodes/node-id.ts'
import { SAY_VERSION } from './nodes/node-versions.ts'
import { Notices, type StorageNotice } from './nodes/notices.ts'
import { changeCalls } from './record/change-log.ts'
import { migrateDatabase } from './schema/migrate-database.ts'
import { MIGRATIONS } from './schema/migrations.ts'
import { PartitionUpkeep } from './schema/partition-upkeep.ts'
import { refuseHalfMoved } from './schema/refuse-half-moved.ts'
import { PARTITION_KEYS } from './schema/row-keys.ts'
import { openHotPool, openPool } from './wire/open-pool.ts'
import { replicaLists } from './wire/replica-lists.ts'
import { Session } from './wire/session.ts'
import { storeFault } from './wire/store-fault.ts'

export interface PostgresStorageOptions {
  readonly url: string
  /** A replica for lists; null: they are read from the primary. */
  readonly readUrl?: string | null
  /** Told when the replica has failed; lists go to the primary for a while. */
  readonly onReplicaFault?: (error: unknown) => void
  /** Connections of this node beside the one that listens; at least 2. */
  readonly poolSize: number
  /** Keeps the id of this node, so that after a restart it reclaims what it held. */
  readonly dataDir: string
  readonly random: Random
  readonly clock: Clock
  readonly onNotice?: (notice: StorageNotice) => void
  /** Told each time that the partitions of the next days could not be made. */
  readonly onPartitionFault?: (error: unknown) => void
}

interface Running {
  readonly notices: Notices
  readonly calls: StorageCalls
  readonly membership: Membership
  readonly upkeep: PartitionUpkeep
  readonly clockOffset: () => number
  stop(): Promise<void>
}

export class PostgresStorage extends ForwardingStorage implements Storage {
  readonly #options: PostgresStorageOptions
  readonly #lock: DirectoryLock
  #running: Running | undefined

  constructor(options: PostgresStorageOptions) {
    super((method, args) => this.#run((calls) => callByName(calls, method, args)))
    this.#options = options
    this.clock = correctedClock(options.clock, () => this.#running?.clockOffset() ?? 0)
    this.#lock = new DirectoryLock(join(options.dataDir, 'timbre.db'))
  }

  /** The place of this node among the others; before the start and after the end it has none. */
  readonly membership: Membership = {
    isLive: () => this.#running?.membership.isLive() ?? false,
    acceptsWork: () => this.#running?.membership.acceptsWork() ?? false,
    nodes: () => this.#running?.membership.nodes() ?? 1,
  }

  /** The time of the database, once it is known that the node's own is wrong. */
  readonly clock: Clock

  readonly #listeners: ((change: ConfigurationChange) => void)[] = []
  /** What the other nodes change; before the start and after the end nothing is heard. */
  readonly changes: Required<ChangeFeed> = {
    isCurrent: () => this.#running?.notices.isCurrent() ?? false,
    subscribe: (listener) => {
      this.#listeners.push(listener)
    },
  }

  /** What this node tells the others of changes of deliveries, and asks them to tell. */
  readonly watching: Pick<ChangeNotices, 'watch' | 'changed'> = {
    watch: (workspaceIds) => this.#running?.notices.changes.watch(workspaceIds),
    changed: (workspaceId) => this.#running?.notices.changes.changed(workspaceId),
  }

  /** What an operator has to see to, before it does harm; undefined: nothing. */
  trouble(): string | undefined {
    return this.#running?.upkeep.trouble()
  }

  /** @throws Error when another process uses the directory, the database cannot be reached, or its tables are too new */
  async start(): Promise<void> {
    assert(this.#running === undefined, 'the storage is started once')
    this.#lock.take()
    try {
      await migrateDatabase(this.#options.url, this.#options.clock.now(), refuseHalfMoved)
      this.#running = await run(this.#options, (change) => {
        for (const listener of this.#listeners) listener(change)
      })
    } catch (error) {
      this.#lock.release()
      throw error
    }
  }

  async stop(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.stop()
    this.#lock.release()
  }

  acceptEvents(requests: readonly AcceptRequest[], offer: LeaseOffer): Promise<AcceptEventsResult> {
    return this.#run((calls) => calls.acceptEvents(requests, offer))
  }

  claimDue(offer: LeaseOffer, now: number): Promise<ClaimedDelivery[]> {
    return this.#run((calls) => calls.claimDue(offer, now))
  }

  loadEnvelopes(deliveries: readonly EnvelopeKey[]): Promise<readonly (string | null)[]> {
    return this.#run((calls) => calls.loadEnvelopes(deliveries))
  }

  recordAttempts(results: readonly AttemptResult[], offer: LeaseOffer): Promise<RecordAttemptsResult> {
    return this.#run((calls) => calls.recordAttempts(results, offer))
  }

  releaseDeliveries(leases: readonly DeliveryLease[], dueAt: number): Promise<void> {
    return this.#run((calls) => calls.releaseDeliveries(leases, dueAt))
  }

  async #run<T>(call: (calls: StorageCalls) => Promise<T>): Promise<T> {
    assert(this.#running !== undefined, 'the storage is used between start and stop only')
    try {
      return await call(this.#running.calls)
    } catch (error) {
      throw storeFault(error)
    }
  }
}

async function run(options: PostgresStorageOptions, onChange: (change: ConfigurationChange) => void): Promise<Running> {
  const { url, readUrl = null, poolSize, clock, onReplicaFault = () => {} } = options
  const node = readNodeId(options.dataDir, options.random)
  const connection = { url, name: `timbre ${node}` }
  const hotSize = Math.max(Math.floor(poolSize / 2), 1)
  const hot = openHotPool(connection, hotSize)
  const pool = openPool(connection, Math.max(poolSize - hotSize, 1))
  const onNotice = options.onNotice ?? (() => {})
  const readPool = readUrl === null ? null : openPool({ ...connection, url: readUrl }, pool.options.max)
  const heartbeat = new NodeHeartbeat({ pool: hot, clock, node, onNotice })
  const clockOffset = () => heartbeat.clockOffset()
  const erasures = new ErasureNotices({ clock, random: options.random })
  const onConfirmed = (confirmation: Confirmation) => erasures.confirmed(confirmation)
  const notices = new Notices({ connection, clock, node, onNotice, onChange, onConfirmed })
  const upkeep = new PartitionUpkeep({
    pool,
    now: () => clock.now() + clockOffset(),
    clock,
    onFault: options.onPartitionFault ?? (() => {}),
  })
  const stop = async () => {
    await Promise.all([notices.stop(), heartbeat.stop(), upkeep.stop()])
    await Promise.all([hot.end(), pool.end(), readPool?.end()])
  }
  try {
    // First: it knows what time it is.
    await heartbeat.start()
    await Promise.all([upkeep.start(), notices.start()])
    await new Session(hot).run(SAY_VERSION, node, MIGRATIONS.length)
  } catch (error) {
    await stop()
    throw error
  }
  const { random } = options
  const hotPath = hotCalls({ pool: hot, node, notices, heartbeat, erasures, random, clock })
  const primary = records(new PostgresDialect({ pool }), PARTITION_KEYS)
  const lists = readPool === null ? primary : replicaLists(readPool, { primary, clock, onFault: onReplicaFault })
  const calls = { ...primary, ...lists, ...hotPath, ...changeCalls(pool) }
  return { calls, notices, membership: heartbeat, upkeep, clockOffset, stop }
}
