import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from './open-database.ts'
import { WritesOfOthers } from './writes-of-others.ts'

test('only what another connection commits counts as a write of others', () => {
  const directory = mkdtempSync(join(tmpdir(), 'timbre-writes-'))
  const [own, other] = [openDatabase(join(directory, 'a.db')), openDatabase(join(directory, 'a.db'))]
  try {
    own.exec('CREATE TABLE t (x INTEGER)')
    const writes = new WritesOfOthers(own)
    const before = writes.run()
    own.exec('INSERT INTO t VALUES (1)')
    other.prepare('SELECT count(*) FROM t').get()
    expect(writes.run()).toBe(before)
    other.exec('INSERT INTO t VALUES (2)')
    const after = writes.run()
    expect(after).not.toBe(before)
    expect(writes.run()).toBe(after)
  } finally {
    own.close()
    other.close()
    rmSync(directory, { recursive: true })
  }
})
