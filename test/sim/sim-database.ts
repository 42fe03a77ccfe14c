// Owns the disk of the simulator: the real SQLite backend in memory, which outlives every crash, behind a queue like that
// of the storage thread, with calls that are slow, that fail, or that fail although they were carried out.
import { DatabaseSync } from 'node:sqlite'
import { callByName, forwardAll, type StorageMethod } from '@timbre/server/storage/interface/forwarding-storage.ts'
import { SqliteStorage } from '@timbre/server/storage/sqlite/sqlite-storage.ts'
import type { Storage } from '@timbre/server/storage/storage.ts'
import { InjectedFault } from './injected-fault.ts'
import type { Life } from './life.ts'
import type { Prng } from './prng.ts'
import type { SimClock } from './sim-clock.ts'
import type { SimRandom } from './sim-random.ts'
import type { DiskFault } from './swarm.ts'

export interface DatabaseObserver {
  /** The call was carried out and is on disk; its result may be lost yet. */
  executed(method: StorageMethod, args: readonly unknown[], answer: unknown): void
  /** The answer has reached the process. */
  answered(method: StorageMethod, args: readonly unknown[], answer: unknown): void
}

export interface SimDatabaseDependencies {
  readonly clock: SimClock
  readonly prng: Prng
  readonly random: SimRandom
  readonly faults: Readonly<Record<DiskFault, number>>
}

interface Call {
  readonly life: Life
  readonly method: StorageMethod
  readonly args: readonly unknown[]
  readonly whose: 'process' | 'other'
}

const USUAL_MS_MAX = 2

export class SimDatabase {
  readonly #dependencies: SimDatabaseDependencies
  readonly #storage: SqliteStorage
  #db: DatabaseSync | undefined
  #observer: DatabaseObserver | undefined
  #busyUntil = 0
  #failNextCommit = false
  #losesResultOf: StorageMethod | undefined
  /** Calls that wait or are being carried out. */
  pending = 0
  /** On the clock that never jumps: when a call failed last, or its result was lost, and until when one was slow. */
  faultAt = Number.NEGATIVE_INFINITY
  slowUntil = 0
  /** At first the disk works, so that there is something to break. */
  hasFaults = false

  constructor(dependencies: SimDatabaseDependencies) {
    const { clock, random } = dependencies
    this.#dependencies = dependencies
    this.#storage = new SqliteStorage({ file: ':memory:', random, clock })
  }

  async start(observer: DatabaseObserver): Promise<void> {
    this.#observer = observer
    const db = await capture(() => this.#storage.start())
    const exec = db.exec.bind(db)
    // A commit that fails for real: what the transaction did is rolled back by the code under test.
    db.exec = (sql) => {
      if (sql !== 'COMMIT' || !this.#failNextCommit) return exec(sql)
      this.#failNextCommit = false
      throw new InjectedFault('The commit failed.')
    }
    this.#db = db
  }

  /** The next call of this kind that the process makes will be carried out, and fail for whoever made it. */
  loseNextAnswerTo(method: StorageMethod): void {
    this.#losesResultOf = method
  }

  async stop(): Promise<void> {
    await this.#storage.stop()
    // Node holds a database until its process ends, and so what is planted in it, which is this whole world.
    if (this.#db !== undefined) Reflect.deleteProperty(this.#db, 'exec')
  }

  /** Grows with every row that is written, or taken away, also by what is rolled back. */
  get written(): number {
    return this.rows<{ count: number }>('SELECT total_changes() AS count')[0]?.count ?? 0
  }

  /** Reads with plain SQL, beside the code under test. `Row` says which columns are selected. */
  rows<Row>(sql: string, ...values: readonly (string | number)[]): Row[] {
    if (this.#db === undefined) throw new Error('the database is not started')
    return prepared(this.#db, sql).all(...values) as Row[] // the caller knows the columns of its SQL
  }

  /** The storage as one life of the process sees it, or another node: its notices come with the commit, so that no result is lost. */
  storageFor(life: Life, whose: 'process' | 'other' = 'process'): Storage {
    const storage = forwardAll((method, args) => this.#call({ life, method, args, whose }))
    return Object.assign(storage, { start: async () => {}, stop: async () => {} })
  }

  #call(call: Call): Promise<unknown> {
    const { life } = call
    if (!life.pass()) return never()
    const { clock } = this.#dependencies
    this.pending++
    const serviceMs = this.#serviceMs()
    this.#busyUntil = Math.max(this.#busyUntil, clock.monotonic()) + serviceMs
    if (serviceMs > USUAL_MS_MAX) this.slowUntil = this.#busyUntil
    return new Promise((resolve, reject) => {
      clock.schedule(() => {
        this.pending--
        // The process died while the call was waiting: the thread died with it.
        if (life.isAlive) void this.#execute(call).then(resolve, reject)
      }, this.#busyUntil - clock.monotonic())
    })
  }

  async #execute({ life, method, args, whose }: Call): Promise<unknown> {
    const { prng, faults, clock } = this.#dependencies
    const fails = this.hasFaults && prng.chance(faults.fails)
    const isLost = this.hasFaults && whose === 'process' && this.#losesResult(method, faults.failsAfterCommit)
    this.#failNextCommit = fails
    if (fails || isLost) this.faultAt = clock.monotonic()
    let answer: unknown
    try {
      answer = await callByName(this.#storage, method, args)
      // Nothing had to be committed: then it is the read that failed.
      if (this.#failNextCommit) throw new InjectedFault('The read failed.')
    } catch (error) {
      return await reach(life, () => Promise.reject(error))
    } finally {
      this.#failNextCommit = false
    }
    this.#observer?.executed(method, args, answer)
    return await reach(life, async () => {
      if (isLost) throw new InjectedFault('The commit was carried out, but an error was reported.')
      if (whose === 'process') this.#observer?.answered(method, args, answer)
      return answer
    })
  }

  #losesResult(method: StorageMethod, probability: number): boolean {
    const isMeant = this.#losesResultOf === method
    if (isMeant) this.#losesResultOf = undefined
    return this.#dependencies.prng.chance(probability) || isMeant
  }

  #serviceMs(): number {
    const { prng, faults } = this.#dependencies
    const usual = prng.between(0, USUAL_MS_MAX)
    if (!this.hasFaults) return usual
    if (prng.chance(faults.verySlow)) return prng.between(60_000, 20 * 60_000)
    return prng.chance(faults.slow) ? prng.betweenMagnitudes(10, 20_000) : usual
  }
}

/** A new one each time: whoever waits for a promise is held by it, and with him the whole of a process that has crashed. */
function never(): Promise<never> {
  return new Promise<never>(() => {})
}

/** The answer comes to the process, if it lives to see it. */
function reach(life: Life, answer: () => Promise<unknown>): Promise<unknown> {
  return life.pass() ? answer() : never()
}

/** The connection that is opened while `start` runs: the only way to look at a database in memory from beside it. */
async function capture(start: () => Promise<void>): Promise<DatabaseSync> {
  const { prototype } = DatabaseSync
  const { exec } = prototype
  let captured: DatabaseSync | undefined
  prototype.exec = function (this: DatabaseSync, sql: string) {
    captured ??= this
    return exec.call(this, sql)
  }
  try {
    await start()
  } finally {
    prototype.exec = exec
  }
  if (captured === undefined) throw new Error('the storage opened no database')
  return captured
}

const statements = new WeakMap<DatabaseSync, Map<string, ReturnType<DatabaseSync['prepare']>>>()

function prepared(db: DatabaseSync, sql: string): ReturnType<DatabaseSync['prepare']> {
  const known = statements.get(db) ?? new Map<string, ReturnType<DatabaseSync['prepare']>>()
  statements.set(db, known)
  const statement = known.get(sql) ?? db.prepare(sql)
  known.set(sql, statement)
  return statement
}
