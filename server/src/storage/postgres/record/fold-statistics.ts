// Owns folding: one bounded batch of increments is taken away and added to the buckets, in one transaction.
// Must never run on two nodes at once: each reads a bucket before it writes it.
import type { Pool } from 'pg'
import { addWritten, writeCells } from '../../../insight/statistics/cells.ts'
import { type BucketKey, type FoldedBucket, foldIncrements } from '../../../insight/statistics/folded-buckets.ts'
import type { StatisticsIncrement } from '../../../insight/statistics/statistics-tally.ts'
import type { FoldBounds } from '../../storage.ts'
import { columnsOf } from '../wire/columns.ts'
import type { Session } from '../wire/session.ts'
import { rowsOf, statement } from '../wire/statement.ts'
import { inTransaction } from '../wire/transaction.ts'

/** Any number will do that nobody else uses as an advisory lock in this database. */
const LOCK = 7_481_623_300_002n

/** Until the end of the transaction; who does not get it leaves the work to who has it. */
export const LOCK_STATISTICS = statement<{ readonly taken: boolean }>(
  'lock_statistics',
  `SELECT pg_try_advisory_xact_lock(${LOCK}) AS taken`,
)

interface IncrementRow extends StatisticsIncrement {
  readonly id: number
}

/** In the order of the key, from where the batch before ended: rows that are gone are not looked at again and again. */
export const TAKE_INCREMENTS = statement<IncrementRow>(
  'take_increments',
  `WITH first AS MATERIALIZED (
  SELECT workspace_id, webhook_id, increment_id FROM statistics_increments
  WHERE (workspace_id, webhook_id, increment_id) > ($1, $2, $3::bigint) ORDER BY workspace_id, webhook_id, increment_id LIMIT $4),
taken AS MATERIALIZED (
  SELECT * FROM (SELECT *, dense_rank() OVER (ORDER BY workspace_id, webhook_id) AS webhook FROM first) ranked WHERE webhook <= $5)
DELETE FROM statistics_increments i USING taken t
WHERE i.workspace_id = t.workspace_id AND i.webhook_id = t.webhook_id AND i.increment_id = t.increment_id
RETURNING i.workspace_id AS "workspaceId", i.webhook_id AS "webhookId", i.increment_id AS id, i.minute, i.cells`,
)

export const KEPT_WEBHOOKS = statement<{ readonly id: string }>(
  'kept_webhooks',
  `SELECT w.id FROM (${rowsOf({ workspace_id: 'text', webhook_id: 'text' })}) q
  JOIN webhooks w ON w.workspace_id = q.workspace_id AND w.id = q.webhook_id WHERE (w.deleted_at IS NULL) IS TRUE`,
)

const KEYS = { workspace_id: 'text', webhook_id: 'text', size: 'text', start_at: 'bigint' } as const

export const READ_BUCKETS = statement<BucketKey & { readonly cells: string }>(
  'read_buckets',
  `SELECT b.workspace_id AS "workspaceId", b.webhook_id AS "webhookId", b.size, b.start_at AS "startAt", b.cells
FROM (${rowsOf(KEYS)}) q JOIN statistics_buckets b
  ON b.workspace_id = q.workspace_id AND b.webhook_id = q.webhook_id AND b.size = q.size AND b.start_at = q.start_at`,
)

export const WRITE_BUCKETS = statement(
  'write_buckets',
  `INSERT INTO statistics_buckets (workspace_id, webhook_id, size, start_at, cells) ${rowsOf({ ...KEYS, cells: 'text' })}
ON CONFLICT (workspace_id, webhook_id, size, start_at) DO UPDATE SET cells = excluded.cells`,
)

const BEGINNING = { workspaceId: '', webhookId: '', id: 0 }

export class FoldStatistics {
  readonly #pool: Pool
  /** Where the next batch goes on. */
  #after: Pick<IncrementRow, 'workspaceId' | 'webhookId' | 'id'> = BEGINNING

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** See StatisticsStorage.foldStatistics. */
  async run({ rowsMax, webhooksMax }: FoldBounds): Promise<boolean> {
    const { workspaceId, webhookId, id } = this.#after
    const taken = await inTransaction(this.#pool, async (session) => {
      const lock = await session.get(LOCK_STATISTICS)
      if (lock?.taken !== true) return []
      const increments = await session.all(TAKE_INCREMENTS, workspaceId, webhookId, id, rowsMax, webhooksMax)
      if (increments.length > 0) await fold(session, increments)
      return increments
    })
    const isSweepOver = taken.length < rowsMax && new Set(taken.map((each) => each.webhookId)).size < webhooksMax
    this.#after = isSweepOver ? BEGINNING : taken.reduce(laterOf)
    // What came before the place where this sweep began is for the next.
    return !isSweepOver
  }
}

function laterOf(one: IncrementRow, other: IncrementRow): IncrementRow {
  const ids = [one.workspaceId, one.webhookId]
  const others = [other.workspaceId, other.webhookId]
  if (ids.join() === others.join()) return one.id > other.id ? one : other
  return ids.join() > others.join() ? one : other
}

async function fold(session: Session, increments: readonly StatisticsIncrement[]): Promise<void> {
  const webhooks = [...new Map(increments.map((each) => [each.webhookId, each])).values()]
  const found = await session.all(
    KEPT_WEBHOOKS,
    webhooks.map(({ workspaceId }) => workspaceId),
    webhooks.map(({ webhookId }) => webhookId),
  )
  const kept = new Set(found.map(({ id }) => id))
  const buckets = foldIncrements(increments, (webhookId) => kept.has(webhookId))
  const before = new Map((await session.all(READ_BUCKETS, ...keysOf(buckets))).map((row) => [nameOf(row), row.cells]))
  for (const bucket of buckets) addWritten(bucket.cells, before.get(nameOf(bucket)) ?? '{}')
  await session.run(
    WRITE_BUCKETS,
    ...keysOf(buckets),
    buckets.map(({ cells }) => writeCells(cells)),
  )
}

function nameOf({ workspaceId, webhookId, size, startAt }: BucketKey): string {
  return `${workspaceId} ${webhookId} ${size} ${startAt}`
}

function keysOf(buckets: readonly FoldedBucket[]) {
  return columnsOf(
    buckets,
    ({ workspaceId }) => workspaceId,
    ({ webhookId }) => webhookId,
    ({ size }) => size,
    ({ startAt }) => startAt,
  )
}
