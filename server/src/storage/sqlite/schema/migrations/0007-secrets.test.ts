import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { MIGRATIONS, migrate, versionOf } from '../migrations.ts'
import { secrets } from './0007-secrets.ts'

const BEFORE = MIGRATIONS.filter(({ version }) => version < secrets.version)

/** With a previous secret, without one, and a deleted one with everything. */
function fillBefore(db: DatabaseSync): void {
  db.exec(`INSERT INTO workspaces (id, name, created_at) VALUES ('w', 'Acme', 1)`)
  const webhook = db.prepare(`
    INSERT INTO webhooks (workspace_id, id, is_active, ordering, version, success_count, failure_count, created_at, updated_at,
      deleted_at, url, description, secret_preview, sealed_secret, sealed_previous_secret, previous_secret_expires_at, sealed_headers)
    VALUES ('w', ?, 1, 'none', 3, 4, 5, 1, 2, ?, 'https://a.example/?token=t', 'mine', 'p', 'v1.s', ?, ?, 'v1.h')`)
  webhook.run('h1', null, 'v1.before', 77)
  webhook.run('h2', null, null, null)
  webhook.run('h3', 9, 'v1.deleted', 77)
}

test('a replaced secret goes into the list, and of a deleted webhook nothing is left that is worth reading', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1, BEFORE)
  fillBefore(db)
  migrate(db, 2, [...BEFORE, secrets])
  expect(versionOf(db)).toBe(secrets.version)
  const rows = db.prepare('SELECT * FROM webhooks ORDER BY id').all()
  const same = { sealed_previous_secret: null, previous_secret_expires_at: null, version: 3, success_count: 4 }
  const kept = {
    ...same,
    url: 'https://a.example/?token=t',
    sealed_secret: 'v1.s',
    sealed_headers: 'v1.h',
    description: 'mine',
  }
  expect(rows).toMatchObject([
    { ...kept, id: 'h1', previous_secrets_expire_at: 77 },
    { ...kept, id: 'h2', previous_secrets: null, previous_secrets_expire_at: null },
    {
      ...same,
      id: 'h3',
      url: '',
      description: null,
      secret_preview: '',
      sealed_secret: '',
      sealed_headers: '',
      previous_secrets: null,
    },
  ])
  expect(JSON.parse(String(rows[0]?.['previous_secrets']))).toEqual([{ sealed: 'v1.before', expiresAt: 77 }])
  expect(db.prepare('SELECT count(*) AS count FROM key_checks').get()?.['count']).toBe(0)
})
