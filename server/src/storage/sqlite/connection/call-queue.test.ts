// Owns the guarantees of calls that share a transaction, on a real database file.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CallQueue } from './call-queue.ts'
import { openDatabase, openReadOnly } from './open-database.ts'
import { inTransaction } from './transaction.ts'

let directory: string
let db: DatabaseSync
let other: DatabaseSync
let queue: CallQueue

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'timbre-queue-'))
  db = openDatabase(join(directory, 'test.db'))
  db.exec('CREATE TABLE rows (name TEXT PRIMARY KEY) STRICT')
  other = openReadOnly(join(directory, 'test.db'))
  queue = new CallQueue()
})

afterEach(() => {
  db.close()
  other.close()
  rmSync(directory, { recursive: true })
})

function insert(name: string, then: () => void = () => {}): Promise<string> {
  const run = async () =>
    inTransaction(db, () => {
      db.prepare('INSERT INTO rows VALUES (?)').run(name)
      then()
      return name
    })
  return queue.add(run, db)
}

function namesOnDisk(): unknown[] {
  return other
    .prepare('SELECT name FROM rows ORDER BY rowid')
    .all()
    .map(({ name }) => name)
}

describe('calls that wait together', () => {
  test('are written by one commit, and none is answered before it', async () => {
    const seen: unknown[] = []
    const first = insert('a')
    const second = insert('b', () => seen.push(...namesOnDisk(), db.isTransaction))
    void first.then(() => seen.push(namesOnDisk()))
    expect(await Promise.all([first, second])).toEqual(['a', 'b'])
    expect(seen).toEqual([true, ['a', 'b']])
  })

  test('do not fail with one of them', async () => {
    const ends = await Promise.allSettled([insert('a'), insert('a'), insert('b')])
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(namesOnDisk()).toEqual(['a', 'b'])
  })

  test('are written each for itself when one of them took the whole transaction with it', async () => {
    const ends = await Promise.allSettled([
      insert('a'),
      insert('b', () => {
        db.exec('ROLLBACK')
        throw new Error('the disk is full')
      }),
      insert('c'),
    ])
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(namesOnDisk()).toEqual(['a', 'c'])
  })

  test('keep their order around a call that shares with nobody', async () => {
    const order: string[] = []
    const alone = async () => order.push(`alone ${db.isTransaction} ${namesOnDisk().join()}`)
    await Promise.all([insert('a', () => order.push('a')), queue.add(alone), insert('b', () => order.push('b'))])
    expect(order).toEqual(['a', 'alone false a', 'b'])
  })
})
