import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { MIGRATIONS, migrate, versionOf } from '../migrations.ts'

test('a file of version 7 keeps its workspaces, and their list begins at the newest without sorting them', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1, MIGRATIONS.slice(0, 7))
  const insert = db.prepare('INSERT INTO workspaces (id, name, created_at) VALUES (?, ?, ?)')
  for (const [id, at] of [
    ['a', 2],
    ['b', 3],
    ['c', 2],
  ] as const)
    insert.run(id, id, at)
  migrate(db, 2, MIGRATIONS.slice(0, 8))
  expect(versionOf(db)).toBe(8)
  const list = 'SELECT id FROM workspaces ORDER BY created_at DESC, id DESC LIMIT 2'
  expect(
    db
      .prepare(list)
      .all()
      .map(({ id }) => id),
  ).toEqual(['b', 'c'])
  const plan = db
    .prepare(`EXPLAIN QUERY PLAN ${list}`)
    .all()
    .map(({ detail }) => String(detail))
  expect(plan.join()).toContain('workspaces_by_time')
  expect(plan.join()).not.toContain('TEMP B-TREE')
})
