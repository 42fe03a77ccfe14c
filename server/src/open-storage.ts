// Owns which storage Timbre has by its settings, and the wait until that is open.
// Must never load a backend that is not used, nor what is needed only once the database is open: that is loaded while it opens.
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import type { Watching } from './open-feed.ts'
import { OtherWriters } from './other-writers.ts'
import { type Clock, systemClock } from './platform/clock.ts'
import type { Random } from './platform/random.ts'
import type { StorageNotice } from './storage/postgres/nodes/notices.ts'
import { databaseFile } from './storage/sqlite/connection/database-file.ts'
import { StorageThread } from './storage/sqlite/thread/storage-thread.ts'
import type { ChangeFeed, Membership, Storage } from './storage/storage.ts'

const STILL_OPENING_MS = 5000

/** While it takes long it says so: nobody is answered yet. */
export async function startStorage(storage: Storage, log: Logger): Promise<void> {
  const sentence = 'still opening the database: after an update of Timbre its tables may have to be rewritten first'
  const saying = setInterval(() => log.info(sentence), STILL_OPENING_MS)
  try {
    await storage.start()
  } finally {
    clearInterval(saying)
  }
}

/** Who hears that another node did what this one should look at. */
export interface StorageListener {
  onNotice(notice: StorageNotice): void
}

interface StorageDependencies {
  readonly random: Random
  readonly log: Logger
  readonly listener: StorageListener
}

export interface StoreParts {
  readonly storage: Storage
  /** The one for everything else: on PostgreSQL the database puts a wrong one right. */
  readonly clock: Clock
  readonly changes: ChangeFeed
  /** The place of this node among others; absent: there are none. */
  readonly membership?: Membership
  /** Tells `changes` what other processes write; absent: the database does. */
  readonly otherWriters?: OtherWriters
  /** Says to other nodes, and hears from them, where deliveries have changed; absent: there are none. */
  readonly watching?: Watching
  /** What the operator has to see to, before it does harm. */
  readonly trouble?: () => string | undefined
  /** How often the partitions of the next days could not be made; absent: there are none. */
  readonly partitionFaults?: () => number
}

export async function makeStorage(config: Config, { random, log, listener }: StorageDependencies): Promise<StoreParts> {
  const { database, dataDir } = config
  if (database !== null) {
    // Loaded when it is needed: without it 10 MB less are in memory.
    const { PostgresStorage } = await import('./storage/postgres/postgres-storage.ts')
    const onReplicaFault = (error: unknown) =>
      log.warn({ err: error }, 'the replica does not answer; lists are read from DATABASE_URL for 30 s')
    let partitionFaults = 0
    const onPartitionFault = (error: unknown) => {
      log.error({ err: error }, 'the partitions of the next days could not be made; tried again in a minute')
      partitionFaults++
    }
    const onNotice = (notice: StorageNotice) => listener.onNotice(notice)
    const faults = { onReplicaFault, onPartitionFault }
    const storage = new PostgresStorage({ ...database, dataDir, clock: systemClock, random, onNotice, ...faults })
    const { clock, changes, membership, watching } = storage
    return {
      storage,
      clock,
      changes,
      membership,
      watching,
      trouble: () => storage.trouble(),
      partitionFaults: () => partitionFaults,
    }
  }
  const onFault = (error: Error) => {
    log.fatal({ err: error }, 'the storage thread has ended; stopping, so that nothing is accepted that is not on disk')
    process.exitCode = 1
    setImmediate(() => process.exit(1))
  }
  const storage = new StorageThread({ file: databaseFile(dataDir), onFault })
  const otherWriters = new OtherWriters({ storage, clock: systemClock, log })
  return { storage, clock: systemClock, changes: otherWriters, otherWriters }
}
