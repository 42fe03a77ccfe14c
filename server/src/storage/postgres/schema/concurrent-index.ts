// Owns building an index on a table that events are being written to.
// Must never keep a writer waiting for the build: PostgreSQL has no such way for a partitioned table, so it is put together.
import type { Client } from 'pg'
import { codeOf } from '../wire/error-code.ts'
import { withLockTimeout } from './lock-timeout.ts'

export interface ConcurrentIndex {
  readonly name: string
  readonly table: string
  /** What follows the table: `(workspace_id, region) WHERE region IS NOT NULL`. */
  readonly on: string
}

/** Partitions of a table, or the table itself if it has none, on which the index is not there or not part of the whole. */
const LEFT = `SELECT leaf.name FROM (
  SELECT t.relid, t.relid::regclass::text AS name FROM pg_partition_tree($1::regclass) t WHERE t.isleaf
) leaf WHERE NOT EXISTS (
  SELECT 1 FROM pg_inherits h JOIN pg_index i ON i.indexrelid = h.inhrelid
  WHERE i.indrelid = leaf.relid AND h.inhparent = to_regclass($2)
) ORDER BY 1`

const IS_PARTITIONED = `SELECT relkind = 'p' AS yes FROM pg_class WHERE oid = $1::regclass`
const IS_VALID = 'SELECT indisvalid AS yes FROM pg_index WHERE indexrelid = to_regclass($1)'
const UNDEFINED_TABLE = '42P01'

/**
 * Of a partitioned table: the empty index of the whole, then that of each partition beside its writers, then it is attached.
 * Partitions that another node makes meanwhile come with theirs. May be called again after any end, and goes on from there.
 */
export async function buildIndex(client: Client, { name, table, on }: ConcurrentIndex): Promise<void> {
  if (!(await says(client, IS_PARTITIONED, table))) return build(client, name, table, on)
  await withLockTimeout(client, async () => {
    await client.query(`CREATE INDEX IF NOT EXISTS ${name} ON ONLY ${table} ${on}`)
  })
  for (;;) {
    const partition = (await client.query(LEFT, [table, name])).rows[0]?.name
    if (partition === undefined) return
    const part = `${name}${String(partition).slice(table.length)}`
    await unlessDropped(async () => {
      await build(client, part, partition, on)
      await withLockTimeout(client, async () => {
        await client.query(`ALTER INDEX ${name} ATTACH PARTITION ${part}`)
      })
    })
  }
}

async function build(client: Client, name: string, table: string, on: string): Promise<void> {
  if (await says(client, IS_VALID, name)) return
  // It waits for transactions, not for a table, and as long as it takes; nobody waits for it.
  await client.query('SET statement_timeout = 0')
  // What a build leaves that was broken off.
  await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`)
  await client.query(`CREATE INDEX CONCURRENTLY ${name} ON ${table} ${on}`)
}

async function says(client: Client, question: string, value: string): Promise<boolean> {
  return (await client.query(question, [value])).rows[0]?.yes === true
}

/** A day may be dropped at any time. */
async function unlessDropped(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (codeOf(error) !== UNDEFINED_TABLE) throw error
  }
}
