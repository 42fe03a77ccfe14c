// Owns making a PostgreSQL database ready for a move: its tables, nobody else at it, a partition for each day.
import type { Client } from 'pg'
import { NODE_IS_DEAD_AFTER_S } from '../postgres/nodes/node-heartbeat.ts'
import { MOVED_DAY } from '../postgres/schema/day.ts'
import { migrate } from '../postgres/schema/migrations.ts'
import { makePastPartitions } from '../postgres/schema/partitions.ts'
import { MoveRefusal } from './move-refusal.ts'

/** Any number will do that nobody else uses as an advisory lock in this database. */
const LOCK = 7_481_623_300_003n
/** PostgreSQL may need some seconds to see that a move was killed. */
const LOCK_TIMEOUT_MS = 15_000

/**
 * @param client holds the lock against a second move until it is closed
 * @param now milliseconds
 * @throws MoveRefusal when another move, or a node, is at the database
 */
export async function lockTarget(client: Client, now: number): Promise<void> {
  // What is lost when PostgreSQL crashes is a whole batch together with its position; the last commit waits for the disk.
  await client.query(`SET synchronous_commit = off; SET jit = off; SET lock_timeout = ${LOCK_TIMEOUT_MS}`)
  await client.query(`SELECT pg_advisory_lock(${LOCK})`).catch(() => {
    throw new MoveRefusal('wrong_request', 'Another move into this database is under way.')
  })
  await client.query('SET lock_timeout = 0')
  await migrate(client, now)
  const living = `SELECT 1 FROM nodes WHERE seen_at > now() - make_interval(secs => ${NODE_IS_DEAD_AFTER_S})`
  if ((await client.query(living)).rows.length === 0) return
  throw new MoveRefusal('wrong_request', 'A server runs on this database. Stop it, and move into an empty database.')
}

export async function makeDays(client: Client, days: ReadonlySet<number>): Promise<void> {
  for (const day of [MOVED_DAY, ...days]) await makePastPartitions(client, day)
}

/** What is added after the move has the numbers after these. */
export async function setSequences(client: Client, last: ReadonlyMap<string, number>): Promise<void> {
  for (const [table, number] of last) if (number > 0) await client.query(`SELECT setval('${table}_seq', $1)`, [number])
}
