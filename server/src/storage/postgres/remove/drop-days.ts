// Owns dropping a whole day: the partitions of events, deliveries and attempts at once, without touching their rows.
// Must never drop a day in which a delivery is unfinished, or which a workspace still keeps.
import type { Pool } from 'pg'
import type { PruneRequest, RemovedRows } from '../../storage.ts'
import { DAY_MS } from '../schema/day.ts'
import { isQueued } from '../schema/index-conditions.ts'
import { PARTITIONED, partitionOf } from '../schema/partitions.ts'
import { codeOf } from '../wire/error-code.ts'
import { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'
import { inTransaction } from '../wire/transaction.ts'

/** null: some workspace keeps its events for ever. Workspaces that were never used count too: they may be used now. */
export const LONGEST_RETENTION = statement<{ readonly days: number | null }>(
  'longest_retention',
  `SELECT CASE WHEN bool_or(coalesce(retention_days, $1::int) = 0) THEN NULL ELSE max(coalesce(retention_days, $1::int)) END
  AS days FROM workspaces`,
)

export const OLDEST_DAY = statement<{ readonly day: number | null }>(
  'oldest_day',
  `SELECT min(substring(c.relname FROM 'events_d(\\d+)$')::int) AS day
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = to_regclass('events') AND c.relname ~ '^events_d\\d+$'`,
)

/** Ids of events that are about to go whole, in order of workspace and number; returns the last one of the batch. */
export const REMOVE_IDS_OF_DAY = statement<DayPosition & { readonly count: number }>(
  'remove_ids_of_day',
  `WITH batch AS MATERIALIZED (
  SELECT workspace_id, seq, id FROM events WHERE day = $1 AND (workspace_id, seq) > ($2, $3)
  ORDER BY workspace_id, seq LIMIT $4),
gone AS (
  DELETE FROM event_ids i USING batch b WHERE i.workspace_id = b.workspace_id AND i.id = b.id AND i.seq = b.seq)
SELECT workspace_id AS "workspaceId", seq, (SELECT count(*) FROM batch) AS count FROM batch
ORDER BY workspace_id DESC, seq DESC LIMIT 1`,
)

export const UNFINISHED_OF_DAY = statement<{ readonly yes: boolean }>(
  'unfinished_of_day',
  `SELECT EXISTS (SELECT 1 FROM deliveries d WHERE d.day = $1 AND ${isQueued('d')})
  OR EXISTS (SELECT 1 FROM leases l CROSS JOIN LATERAL (SELECT 1 FROM deliveries d
    WHERE d.lease_token = l.token AND d.day = $1 AND d.status = 'sending' OFFSET 0) d
    WHERE l.first_day <= $1 AND l.last_day >= $1) AS yes`,
)

export const LIVE_ROWS = statement<{ readonly rows: number }>(
  'live_rows',
  'SELECT pg_stat_get_live_tuples(to_regclass($1::text)) AS rows',
)

interface DayPosition {
  readonly workspaceId: string
  readonly seq: number
}

const LOCK_TIMEOUT_MS = 500
const LOCK_NOT_AVAILABLE = '55P03'
const UNDEFINED_TABLE = '42P01'
/** Ids are small, and removed by their key: many more of them than of rows fit into a batch. */
const IDS_PER_ROW = 10
const NOWHERE: DayPosition & { readonly day: number } = { day: -1, workspaceId: '', seq: 0 }
const NONE: RemovedRows = { events: 0, deliveries: 0, attempts: 0 }

export class DropDays {
  readonly #pool: Pool
  /** How far the ids of a day are removed. Forgotten with the process: then it goes over them again. */
  #position = NOWHERE

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /**
   * One bounded step of dropping the oldest day, if it may go: a batch of its ids, or at last its tables.
   * @returns what went; of deliveries and attempts what the statistics say. undefined: there is nothing to drop now
   */
  async run({ now, retentionDaysDefault, rowsMax }: PruneRequest): Promise<RemovedRows | undefined> {
    const session = new Session(this.#pool)
    const days = (await session.get(LONGEST_RETENTION, retentionDaysDefault))?.days ?? null
    const day = (await session.get(OLDEST_DAY))?.day ?? null
    if (days === null || day === null || (day + 1) * DAY_MS > now - days * DAY_MS) return undefined
    if ((await session.get(UNFINISHED_OF_DAY, day))?.yes !== false) return undefined
    return (await this.#removeIds(session, day, rowsMax * IDS_PER_ROW)) ?? (await this.#drop(session, day))
  }

  async #removeIds(session: Session, day: number, limit: number): Promise<RemovedRows | undefined> {
    const { workspaceId, seq } = this.#position.day === day ? this.#position : { workspaceId: '', seq: 0 }
    const last = await session.get(REMOVE_IDS_OF_DAY, day, workspaceId, seq, limit)
    if (last === undefined) return undefined
    this.#position = { day, workspaceId: last.workspaceId, seq: last.seq }
    return { ...NONE, events: last.count }
  }

  async #drop(session: Session, day: number): Promise<RemovedRows | undefined> {
    const rowsOf = async (table: 'deliveries' | 'attempts') =>
      (await session.get(LIVE_ROWS, partitionOf(table, day)))?.rows ?? 0
    const removed = { ...NONE, deliveries: await rowsOf('deliveries'), attempts: await rowsOf('attempts') }
    try {
      const isGone = await inTransaction(this.#pool, (transaction) => dropTables(transaction, day))
      // Whatever comes to lie in this day after all is gone over from its beginning.
      this.#position = NOWHERE
      return isGone ? removed : undefined
    } catch (error) {
      // Somebody has a table for longer than we may keep everybody else waiting, or another node was quicker.
      const code = codeOf(error)
      if (code === LOCK_NOT_AVAILABLE || code === UNDEFINED_TABLE) return undefined
      throw error
    }
  }
}

/** False when a delivery of the day was asked for again at the last moment. */
async function dropTables(session: Session, day: number): Promise<boolean> {
  const tables = PARTITIONED.map((table) => partitionOf(table, day))
  await session.define(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`)
  await session.define(`LOCK TABLE ${PARTITIONED.join(', ')} IN ACCESS EXCLUSIVE MODE`)
  if ((await session.get(UNFINISHED_OF_DAY, day))?.yes !== false) return false
  await session.define(`DROP TABLE ${tables.join(', ')}`)
  return true
}
