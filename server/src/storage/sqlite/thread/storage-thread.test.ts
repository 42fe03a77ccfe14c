// Owns the tests of the storage on its own thread: the conformance suite, and what happens when the thread ends.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { atLength } from '../../../../../test/support/at-length.ts'
import {
  ALL_THEMES,
  type ConformanceTheme,
  type StorageUnderTest,
  storageConformance,
} from '../../conformance/conformance.ts'
import { openDatabase } from '../connection/open-database.ts'
import { numberOf } from '../schema/id-numbers.ts'
import { StorageThread } from './storage-thread.ts'

function unexpected(error: Error): never {
  throw error
}

/**
 * One thread for all tests of the suite: starting one costs more than most tests. Between tests its file is emptied
 * through a second connection.
 */
class ReusedThread {
  readonly #directory = mkdtempSync(join(tmpdir(), 'timbre-thread-'))
  readonly #file = join(this.#directory, 'timbre.db')
  #thread: StorageThread | undefined

  async lend(): Promise<StorageUnderTest> {
    const storage = this.#thread ?? (await this.#open())
    return { storage, reopen: () => this.#open(), destroy: async () => this.#empty() }
  }

  async destroy(): Promise<void> {
    await this.#thread?.stop()
    rmSync(this.#directory, { recursive: true })
  }

  async #open(): Promise<StorageThread> {
    await this.#thread?.stop()
    this.#thread = new StorageThread({ file: this.#file, onFault: unexpected })
    await this.#thread.start()
    return this.#thread
  }

  #empty(): void {
    const db = openDatabase(this.#file)
    // The numbers of ids are never given again, which the thread relies on.
    const emptied = `type = 'table' AND name NOT IN ('migrations', 'ids')`
    const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE ${emptied}`).all()
    db.exec(`PRAGMA foreign_keys = OFF; ${tables.map(({ name }) => `DELETE FROM ${name}`).join('; ')}`)
    db.close()
  }
}

const reused = new ReusedThread()
afterAll(() => reused.destroy())
/** What crosses to the thread as a flat list; the rest crosses as it is, and `sqlite-storage.test.ts` has it without a thread. */
const HOT: readonly ConformanceTheme[] = ['events', 'claims', 'attempts', 'order', 'sequences']
storageConformance('StorageThread', () => reused.lend(), atLength(HOT, ALL_THEMES))

describe('the storage thread', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'timbre-thread-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  test('when it dies, every pending call is rejected, later ones too, and its owner is told once', async () => {
    const started = new Promise<Worker>((resolve) => process.once('worker', resolve))
    const faults: Error[] = []
    const storage = new StorageThread({ file: join(directory, 'timbre.db'), onFault: (error) => faults.push(error) })
    await storage.start()
    // In this order, so that the thread cannot answer before it ends.
    const ending = (await started).terminate()
    const pending = [storage.nextDueAt(), storage.nextDueAt()].map((call) => call.catch((error: unknown) => error))
    await ending
    for (const outcome of await Promise.all(pending)) expect(outcome).toBeInstanceOf(Error)
    await expect(storage.nextDueAt()).rejects.toThrow('The storage thread ended')
    expect(faults.length).toBe(1)
    await storage.stop()
  })

  test('a fault of one call rejects that call with its message and no other', async () => {
    const storage = new StorageThread({ file: join(directory, 'timbre.db'), onFault: unexpected })
    await storage.start()
    // `never`: a call that the types forbid, to make the storage fail.
    const broken = storage.releaseDeliveries(undefined as never, 0)
    await expect(broken).rejects.toThrow('length')
    expect(await storage.nextDueAt()).toBeNull()
    await storage.stop()
  })

  test('a file that is no database is a fault with its reason, and the thread is gone', async () => {
    writeFileSync(join(directory, 'timbre.db'), 'not a database, but long enough to be taken for one '.repeat(40))
    const storage = new StorageThread({ file: join(directory, 'timbre.db'), onFault: unexpected })
    await expect(storage.start()).rejects.toThrow('file is not a database')
    await expect(storage.nextDueAt()).rejects.toThrow('ended')
  })

  test('lists that have to look through a great many rows hold up nothing that is to be stored', async () => {
    const file = join(directory, 'timbre.db')
    const storage = new StorageThread({ file, onFault: unexpected })
    await storage.start()
    const db = openDatabase(file)
    db.exec(`INSERT INTO workspaces (id, name, created_at) VALUES ('w', 'Acme', 1);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
      INSERT INTO event_rows (workspace, id, type, created_at, accepted_at, delivery_count, body)
      SELECT ${numberOf("'w'")}, 'evt_' || i, 'call.completed', i, i, 0, '{}' FROM n`)
    db.close()
    const ended: string[] = []
    const list = () => storage.listEvents('w', { type: 'rare.type' }, { limit: 1, before: null })
    const lists = Promise.all(Array.from({ length: 50 }, list)).then(() => ended.push('lists'))
    const change = storage.pruneResponses(1, 1).then(() => ended.push('change'))
    await Promise.all([lists, change])
    expect(ended).toEqual(['change', 'lists'])
    await storage.stop()
  })

  test('a reader that cannot open the file fails its list, and the next list has another one', async () => {
    const file = join(directory, 'timbre.db')
    const storage = new StorageThread({ file, onFault: unexpected })
    await storage.start()
    const list = () => storage.listWorkspaces({ page: 1, limit: 10 })
    renameSync(file, `${file}.away`)
    await expect(list()).rejects.toThrow('unable to open database file')
    renameSync(`${file}.away`, file)
    expect((await list()).total).toBe(0)
    await storage.stop()
  })

  test('the thread for lists is not begun before the first list', async () => {
    const begun: Worker[] = []
    const note = (worker: Worker) => begun.push(worker)
    process.on('worker', note)
    const storage = new StorageThread({ file: join(directory, 'timbre.db'), onFault: unexpected })
    await storage.start()
    expect(await storage.hasWorkspaces()).toBe(false)
    expect(begun.length).toBe(1)
    await storage.listWorkspaces({ page: 1, limit: 10 })
    expect(begun.length).toBe(2)
    process.off('worker', note)
    await storage.stop()
  })

  test('a reader that dies is replaced by the next list, and the writer goes on', async () => {
    const storage = new StorageThread({ file: join(directory, 'timbre.db'), onFault: unexpected })
    await storage.start()
    const started = new Promise<Worker>((resolve) => process.once('worker', resolve))
    const list = () => storage.listWorkspaces({ page: 1, limit: 10 })
    expect((await list()).total).toBe(0)
    await (await started).terminate()
    expect(await storage.nextDueAt()).toBeNull()
    expect((await list()).total).toBe(0)
    await storage.stop()
  })

  test('stop ends the writer also when a reader never started', async () => {
    const file = join(directory, 'timbre.db')
    const storage = new StorageThread({ file, onFault: unexpected })
    await storage.start()
    renameSync(file, `${file}.away`)
    const list = storage.listWorkspaces({ page: 1, limit: 10 }).catch((error: unknown) => error)
    await storage.stop()
    expect(await list).toBeInstanceOf(Error)
    await expect(storage.nextDueAt()).rejects.toThrow('ended')
  })

  test('stop may be called before start, and twice', async () => {
    const idle = new StorageThread({ file: join(directory, 'timbre.db'), onFault: unexpected })
    await idle.stop()
    const storage = new StorageThread({ file: join(directory, 'timbre.db'), onFault: unexpected })
    await storage.start()
    await Promise.all([storage.stop(), storage.stop()])
    await storage.stop()
  })
})
