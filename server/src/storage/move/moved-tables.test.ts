import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { makeDatabase } from '../../../../test/support/postgres/database.ts'
import { migrate } from '../sqlite/schema/migrations.ts'
import { MOVED_TABLES } from './moved-tables.ts'

/** What is not moved, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  migrations: 'each backend has its own',
  moves: 'of the target',
  nodes: 'of the target',
  delivery_changes: 'of a day, in the order of the commits of one database: a stream goes on with a gap',
  ids: 'PostgreSQL has the ids themselves',
  ids_left: 'PostgreSQL has the ids themselves',
  event_rows: 'moved as the view events shows them',
  delivery_rows: 'moved as the view deliveries shows them',
  attempt_rows: 'moved as the view attempts shows them',
  leases: 'what was being sent is due again',
  pull_leases: 'what consumers held is due again',
  pull_webhooks: 'PostgreSQL looks at the webhooks themselves',
  test_events: 'a column of events in PostgreSQL',
  due_webhooks: 'PostgreSQL has marks instead',
  due_marks: 'made from what is queued, at the end of the move',
}
/** What was being sent is due again; increments are numbered anew. */
const NOT_MOVED = ['lease_token', 'lease_until', 'lease_node', 'increment_id']

const moved = new Map(MOVED_TABLES.map(({ name, columns }) => [name, Object.keys(columns)]))

test('every table and view of SQLite, with every column, is moved', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1)
  const tables = db
    .prepare(`SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'`)
    .all()
  for (const table of tables.map(({ name }) => String(name))) {
    if (table in LEFT_OUT) continue
    const columns = db.prepare(`SELECT name FROM pragma_table_info('${table}')`).all()
    const missing = columns.map(({ name }) => String(name)).filter((name) => !moved.get(table)?.includes(name))
    expect(
      missing.filter((name) => !NOT_MOVED.includes(name)),
      table,
    ).toEqual([])
  }
})

test('every column of PostgreSQL is written, with its type', async () => {
  const database = await makeDatabase(inject('postgresUrl'), inject('postgresTemplate'))
  const client = new pg.Client(database.url)
  await client.connect()
  const { rows } = await client.query<{ table: string; name: string; type: string }>(
    `SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, NULL) AS type
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition`,
  )
  await client.end()
  await database.drop()
  const expected = rows
    .filter(({ table, name }) => !(table in LEFT_OUT) && !NOT_MOVED.includes(name))
    .map(({ table, name, type }) => `${table}.${name} ${type}`)
  const types = { int: 'integer', float8: 'double precision' } as const
  const written = MOVED_TABLES.flatMap(({ name: table, columns }) =>
    Object.entries(columns).map(
      ([name, type]) => `${table}.${name} ${type in types ? types[type as keyof typeof types] : type}`,
    ),
  )
  expect(written.sort()).toEqual(expected.sort())
})
