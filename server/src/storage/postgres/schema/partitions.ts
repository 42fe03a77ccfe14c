// Owns the daily partitions: they are made some days ahead, so that no insert waits for one.
import type { ClientBase, Pool } from 'pg'
import { dayOf, MOVED_DAY } from './day.ts'
import { learn } from './partition-samples.ts'

export const PARTITIONED = ['events', 'deliveries', 'attempts'] as const

/** So long may every node be stopped, or be kept from making one, before rows go to the default partition. */
export const DAYS_AHEAD = 3
const LOCK = 7_481_623_300_002n
const LOCK_TIMEOUT_MS = 500

/** Rows are written twice and then for ever left alone: dead ones are worth collecting early. */
const STORAGE = 'autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05'
/** Half of a page is for the second version of its rows: then no index is told of it (decision 22). */
const STORAGE_OF: Partial<Record<(typeof PARTITIONED)[number], string>> = { deliveries: `${STORAGE}, fillfactor = 50` }

export function partitionOf(table: (typeof PARTITIONED)[number], day: number): string {
  // Without a number: it is never dropped as a day.
  return day === MOVED_DAY ? `${table}_moved` : `${table}_d${day}`
}

/**
 * Makes what is missing from today to three days ahead. A node that finds another one at it waits for that one, and finds nothing left to make.
 * @throws Error 55P03 when a table was in use for too long: try again later
 */
export async function makePartitions(pool: Pool, now: number): Promise<void> {
  const today = dayOf(now)
  const wanted = Array.from({ length: DAYS_AHEAD + 1 }, (_, ahead) => today + ahead)
  const names = wanted.flatMap((day) => PARTITIONED.map((table) => partitionOf(table, day)))
  const client = await pool.connect()
  try {
    const { rows } = await client.query('SELECT count(to_regclass(name))::int AS count FROM unnest($1::text[]) name', [
      names,
    ])
    if (rows[0]?.count === names.length) return
    await client.query('BEGIN')
    // Before the bound on waiting: another node that is at it, however slow, is no table in use.
    await client.query(`SELECT pg_advisory_xact_lock(${LOCK})`)
    await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`)
    // A connection learns what another has made when it locks a table, and not before: by what it remembers from the
    // question above, a partition might still be missing. Attaching takes this lock anyway; readers and writers do not mind.
    await client.query('LOCK TABLE events IN SHARE UPDATE EXCLUSIVE MODE')
    await client.query(wanted.flatMap((day) => PARTITIONED.map((table) => make(table, day))).join(';'))
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}

/**
 * Makes the partitions of a day into which a move will write: it has the planner look at the rows themselves afterwards.
 * @param fill what puts rows into the partition before it has indexes, in PL/pgSQL
 */
export async function makePastPartitions(
  client: ClientBase,
  day: number,
  fill: (table: (typeof PARTITIONED)[number]) => string = () => '',
): Promise<void> {
  await client.query(PARTITIONED.map((table) => make(table, day, fill(table))).join(';'))
}

/**
 * Made beside the others and then attached: attaching takes no lock that a reader or writer of the table would wait for,
 * where CREATE … PARTITION OF does.
 */
function make(
  table: (typeof PARTITIONED)[number],
  day: number,
  sample = learn(partitionOf(table, day), table, day),
): string {
  const name = partitionOf(table, day)
  return `DO $$ BEGIN IF to_regclass('${name}') IS NULL THEN
    CREATE TABLE ${name} (LIKE ${table} INCLUDING DEFAULTS) WITH (${STORAGE_OF[table] ?? STORAGE});
    ${sample}
    ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM (${day}) TO (${day + 1});
  END IF; END $$`
}
