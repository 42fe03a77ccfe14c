// Owns the test of the fifteenth version of the tables: leases from before it, and those of a node of the version before.
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { backlogSql } from '../../../../../../test/support/backlog.ts'
import { makeDatabase } from '../../../../../../test/support/postgres/database.ts'
import { FindBacklog } from '../../claim/find-backlog.ts'
import { RescueDeliveries } from '../../claim/rescue-deliveries.ts'
import { openHotPool } from '../../wire/open-pool.ts'
import { MIGRATIONS, migrate } from '../migrations.ts'
import { makePartitions } from '../partitions.ts'
import { daysOfLeases } from './0015-days-of-leases.ts'

const BEFORE = MIGRATIONS.filter(({ version }) => version < daysOfLeases.version)

test('what was leased before, or by a node of the version before, is still found: as being sent, and when its holder is gone', async () => {
  const database = await makeDatabase(inject('postgresUrl'))
  const client = new pg.Client(database.url)
  await client.connect()
  const pool = openHotPool({ url: database.url, name: 'leases' }, 1)
  const lease = (token: string) =>
    client.query(`INSERT INTO leases (token, node, until) VALUES ('${token}', 'other', 5);
      UPDATE deliveries SET status = 'sending', next_attempt_at = NULL, lease_token = '${token}', lease_until = 5, lease_node = 'other'
      WHERE id IN (SELECT id FROM deliveries WHERE status = 'queued' LIMIT 2)`)
  try {
    await migrate(client, 1, BEFORE)
    await makePartitions(pool, Date.now())
    await client.query(backlogSql('postgres', { workspaceId: 'w', webhookId: 'h', count: 5 }))
    await lease('before')
    await migrate(client, 2, [...BEFORE, daysOfLeases])
    await lease('older-node')
    const all = { workspaceId: 'w', webhookId: 'h', now: 9e12, rowsMax: 100, dueMax: 100 }
    expect(await new FindBacklog(pool).run(all)).toMatchObject({ pending: 5, sending: 4 })
    const rescue = new RescueDeliveries({ pool, node: 'n', isSteady: () => false, nodes: () => 1 })
    expect(await rescue.rescue(9, false)).toBe(4)
    await rescue.rescue(9, false)
    expect((await client.query('SELECT token FROM leases')).rows).toEqual([])
  } finally {
    await Promise.all([client.end(), pool.end()])
    await database.drop()
  }
})
