import { constants, DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { prepare } from './statement.ts'

function numbers(): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  db.exec('CREATE TABLE numbers (n INTEGER PRIMARY KEY); INSERT INTO numbers VALUES (1), (2), (3), (4)')
  return db
}

test.each(['LIMIT ?', 'limit ?', 'LIMIT ?1'])('a statement with %s is planned once, whatever is bound', (limit) => {
  const db = numbers()
  let asked = 0
  // About every column while a statement is planned, and never when it runs.
  db.setAuthorizer(() => {
    asked++
    return constants.SQLITE_OK
  })
  const statement = prepare<{ n: number }>(db, `SELECT n FROM numbers ORDER BY n ${limit}`)
  expect(asked).toBeGreaterThan(0)
  asked = 0
  expect([3, 1, 0, -1].map((count) => statement.all(count).length)).toEqual([3, 1, 0, 4])
  expect(asked).toBe(0)
})

test('a LIMIT keeps its OFFSET', () => {
  const statement = prepare<{ n: number }>(numbers(), 'SELECT n FROM numbers ORDER BY n LIMIT ? OFFSET ?')
  expect(statement.all(2, 1).map(({ n }) => n)).toEqual([2, 3])
})
