import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { MIGRATIONS, migrate, versionOf } from '../migrations.ts'

test('a file of version 12 keeps its workspaces, and can have sources, with one token for one source', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1, MIGRATIONS.slice(0, 12))
  db.exec(`INSERT INTO workspaces (id, name, created_at) VALUES ('w', 'w', 1)`)
  migrate(db, 2, MIGRATIONS.slice(0, 13))
  expect(versionOf(db)).toBe(13)
  expect(db.prepare('SELECT id FROM workspaces').all()).toEqual([{ id: 'w' }])
  const insert = db.prepare(`
    INSERT INTO sources (workspace_id, id, name, kind, token, sealed, secret_preview, has_api_key, setup, version, created_at, updated_at)
    VALUES ('w', ?, 'n', 'retell', ?, 's', 'p', 0, '{}', 1, 1, 1)`)
  insert.run('a', 'token')
  expect(() => insert.run('b', 'token')).toThrow('UNIQUE')
  const due = 'SELECT call_id FROM source_calls WHERE due_at <= 5 ORDER BY due_at LIMIT 9'
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${due}`).all()
  expect(plan.map(({ detail }) => String(detail)).join()).toContain('source_calls_due')
})
