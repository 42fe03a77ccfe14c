import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { IdNumbers } from './id-numbers.ts'
import { migrate } from './migrations.ts'

test('an id has its number from when it was made, and one that nobody made is a bug', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1)
  db.exec(`INSERT INTO workspaces (id, name, created_at) VALUES ('w1', 'Acme', 1), ('w2', 'Other', 1)`)
  const numbers = new IdNumbers(db)
  expect([numbers.of('w1'), numbers.of('w2'), numbers.of('w1')]).toEqual([1, 2, 1])
  expect(() => numbers.of('w3')).toThrow('was given a number when it was made')
})
