import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { MIGRATIONS, migrate, versionOf } from '../migrations.ts'
import { sessions } from './0012-sessions.ts'

const BEFORE = MIGRATIONS.filter(({ version }) => version < sessions.version)

test('a file of the version before keeps its keys, and has room for sessions', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1, BEFORE)
  db.exec(`INSERT INTO workspaces (id, name, created_at) VALUES ('w', 'Acme', 1);
    INSERT INTO api_keys (workspace_id, id, name, scopes, environment, hash, preview, created_at)
      VALUES ('w', 'k', 'Key', '[]', 'production', 'h', 'sk', 1)`)
  migrate(db, 2, [...BEFORE, sessions])
  expect(versionOf(db)).toBe(sessions.version)
  expect(db.prepare('SELECT id FROM api_keys').all()).toEqual([{ id: 'k' }])
  const insert = db.prepare(
    `INSERT INTO sessions (workspace_id, id, kind, link_hash, created_by, created_at, expires_at, lives_until)
      VALUES ('w', ?, 'portal', ?, 'k', 1, 3, 2)`,
  )
  insert.run('a', 'one')
  expect(() => insert.run('b', 'one')).toThrow(/UNIQUE/)
})
