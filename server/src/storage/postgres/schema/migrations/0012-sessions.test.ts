// Owns the test of the twelfth version of the tables: from the version before, with rows in them.
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { makeDatabase } from '../../../../../../test/support/postgres/database.ts'
import { MIGRATIONS, migrate } from '../migrations.ts'
import { sessions } from './0012-sessions.ts'

const BEFORE = MIGRATIONS.filter(({ version }) => version < sessions.version)

test('a database of the version before keeps its keys, and has room for sessions', async () => {
  const database = await makeDatabase(inject('postgresUrl'))
  const client = new pg.Client(database.url)
  await client.connect()
  try {
    await migrate(client, 1, BEFORE)
    await client.query(`INSERT INTO workspaces (id, name, created_at) VALUES ('w', 'Acme', 1);
      INSERT INTO api_keys (workspace_id, id, name, scopes, environment, hash, preview, created_at)
        VALUES ('w', 'k', 'Key', '[]', 'production', 'h', 'sk', 1)`)
    await migrate(client, 2, [...BEFORE, sessions])
    expect((await client.query('SELECT id FROM api_keys')).rows).toEqual([{ id: 'k' }])
    const insert = (id: string) =>
      client.query(
        `INSERT INTO sessions (workspace_id, id, kind, link_hash, created_by, created_at, expires_at, lives_until)
          VALUES ('w', $1, 'portal', 'one', 'k', 1, 3, 2)`,
        [id],
      )
    await insert('a')
    await expect(insert('b')).rejects.toThrow(/unique/)
  } finally {
    await client.end()
    await database.drop()
  }
})
