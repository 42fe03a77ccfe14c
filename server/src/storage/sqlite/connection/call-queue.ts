// Owns the order of the calls on one connection: one after another, in the order in which they came. Calls of the hot path
// that wait together share one transaction, and so one fsync.
// Must never answer a call of a shared transaction before its commit.
import type { DatabaseSync } from 'node:sqlite'
import { storeFault } from './store-fault.ts'

interface QueuedCall {
  readonly run: () => Promise<unknown>
  /** The connection, when the call may share a transaction: it writes through `inTransaction` and waits for nothing. */
  readonly shared: DatabaseSync | undefined
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** An accept, a record, a claim and a release at most wait at once; more than these would only delay the first result. */
const SHARED_MAX = 8

export class CallQueue {
  #calls: QueuedCall[] = []
  #running: Promise<void> | undefined

  /** Resolves or rejects as the call does, once it has had its turn. A fault of the disk is told as what it is. */
  add<T>(run: () => Promise<T>, shared?: DatabaseSync): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      // `run` gives a T, and nothing else is resolved with.
      this.#calls.push({ run, shared, resolve: resolve as (value: unknown) => void, reject })
      this.#running ??= this.#run()
    })
  }

  async #run(): Promise<void> {
    // Lets the calls that came at the same time join.
    await Promise.resolve()
    while (this.#calls.length > 0) {
      const together = this.#take()
      const db = together[0]?.shared
      const end = together.length > 1 && db !== undefined ? runShared(together, db) : runAlone(together)
      await end
    }
    this.#running = undefined
  }

  #take(): readonly QueuedCall[] {
    const alone = this.#calls.findIndex(({ shared }) => shared === undefined)
    const sharing = Math.min(alone === -1 ? this.#calls.length : alone, SHARED_MAX)
    return this.#calls.splice(0, Math.max(sharing, 1))
  }
}

async function runAlone([call]: readonly QueuedCall[]): Promise<void> {
  if (call !== undefined) (await settled(call))()
}

async function runShared(calls: readonly QueuedCall[], db: DatabaseSync): Promise<void> {
  const settle: (() => void)[] = []
  try {
    db.exec('BEGIN IMMEDIATE')
    for (const call of calls) {
      settle.push(await settled(call))
      // A full disk rolls back all of it, and what came before is gone too.
      if (!db.isTransaction) throw new Error('The transaction was rolled back by a call that shared it.')
    }
    db.exec('COMMIT')
  } catch {
    if (db.isTransaction) db.exec('ROLLBACK')
    // Nothing was written. Each for itself, so that each gets its own result.
    for (const call of calls) await runAlone([call])
    return
  }
  for (const end of settle) end()
}

/** Runs the call and returns what tells its caller, later. */
async function settled({ run, resolve, reject }: QueuedCall): Promise<() => void> {
  try {
    const value = await run()
    return () => resolve(value)
  } catch (error) {
    return () => reject(storeFault(error))
  }
}
