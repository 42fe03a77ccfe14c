// Owns the test of the thirteenth version of the tables: from the version before, with rows in them.
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { makeDatabase } from '../../../../../../test/support/postgres/database.ts'
import { MIGRATIONS, migrate, versionOf } from '../migrations.ts'
import { sources } from './0013-sources.ts'

const BEFORE = MIGRATIONS.filter(({ version }) => version < sources.version)

test('a database of the version before keeps its workspaces, and can have sources, with one token for one source', async () => {
  const database = await makeDatabase(inject('postgresUrl'))
  const client = new pg.Client(database.url)
  await client.connect()
  try {
    await migrate(client, 1, BEFORE)
    await client.query(`INSERT INTO workspaces (id, name, created_at) VALUES ('w', 'Acme', 1)`)
    await migrate(client, 2, [...BEFORE, sources])
    expect((await versionOf(client)).version).toBe(sources.version)
    expect((await client.query('SELECT id FROM workspaces')).rows).toEqual([{ id: 'w' }])
    const insert = (id: string) =>
      client.query(
        `INSERT INTO sources (workspace_id, id, name, kind, token, sealed, secret_preview, has_api_key, setup, version, created_at,
          updated_at) VALUES ('w', $1, 'n', 'retell', 'token', 's', 'p', 0, '{}', 1, 1, 1)`,
        [id],
      )
    await insert('a')
    await expect(insert('b')).rejects.toThrow(/unique/)
  } finally {
    await client.end()
    await database.drop()
  }
})
