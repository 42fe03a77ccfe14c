// Owns how a backend helps the shared records to find and to keep a row: by the partition it lies in, and by a lock.
import type { DeliveryStatus } from '@timbre/contract/delivery-status.ts'
import { type RawBuilder, sql } from 'kysely'
import { entriesOf } from '../shared/change-batch.ts'
import type { DeliveryRow } from '../storage.ts'
import type { Database } from './tables.ts'

export interface RowKeys {
  /** Rows that are read in order to be changed are locked: where more than one connection writes. */
  readonly locksRows: boolean
  /** Primary keys lead with the workspace. */
  readonly namesWorkspace: boolean
  /** The time of the store in milliseconds, where nodes may have clocks of their own; undefined: the caller's is the only one. */
  readonly storeTime: RawBuilder<number> | undefined
  /**
   * Which deliveries have a status, in the words of the partial indexes. Undefined: no index leads to them, and they are
   * found among all, a bounded number of rows at a time.
   */
  status(status: DeliveryStatus): RawBuilder<boolean> | undefined
  /** Beside `id = ?` of an event: where the event is. */
  event(workspaceId: string, id: string): RawBuilder<boolean> | undefined
  /** Beside `event_id = ?` of deliveries: where they are. */
  deliveriesOfEvent(workspaceId: string, eventId: string): RawBuilder<boolean> | undefined
  /** Of a row of `events`: whether a test send made it. */
  readonly isTest: RawBuilder<0 | 1>
  /** One count of a column of statistics, 0 where it has none (`cells.ts`). */
  cell(column: string, name: string): RawBuilder<number>
  /** Which deliveries are of the events, by what an index leads to. */
  deliveriesOfEvents(events: readonly { readonly id: string; readonly seq: number }[]): RawBuilder<boolean>
  /** Beside `seq >= ?` of events or deliveries, where an index leads with the workspace. */
  history(workspaceId: string): RawBuilder<boolean> | undefined
  /** To be run after a delivery was queued, in the same transaction. Undefined: the backend knows by itself. */
  noteDue(workspaceId: string, webhookId: string, dueAt: number): RawBuilder<unknown> | undefined
  /** To be run after a delivery was changed, in the same transaction: for the log of changes. */
  noteChange(workspaceId: string, delivery: DeliveryRow, now: number): RawBuilder<unknown>
  /** Beside `id = ?` of a delivery, or `delivery_id = ?` of attempts, or one of several of them: where they are. */
  delivery(...ids: readonly string[]): RawBuilder<boolean> | undefined
}

/** Of a backend with one connection and no partitions. An event's deliveries are found by its number. */
export const PLAIN_KEYS: RowKeys = {
  locksRows: false,
  namesWorkspace: false,
  storeTime: undefined,
  status: unfinished,
  event: () => undefined,
  deliveriesOfEvent: (workspaceId, eventId) =>
    sql<boolean>`event_seq = (select seq from events where workspace_id = ${workspaceId} and id = ${eventId})`,
  cell: (column, name) => sql<number>`coalesce(${sql.ref(column)} ->> ${sql.lit(name)}, 0)`,
  deliveriesOfEvents: (events) => sql<boolean>`event_seq in (${sql.join(events.map(({ seq }) => seq))})`,
  isTest: sql<0 | 1>`(select count(*) from test_events where event_seq = events.seq)`,
  history: () => undefined,
  noteDue: () => undefined,
  noteChange: (workspaceId, { seq, id, status, attempts, nextAttemptAt, updatedAt }, now) => {
    const place = [seq, id.slice(-8)] as const
    const entries = entriesOf({ place, status, attempts, nextAttemptAt, updatedAt })
    return sql`insert into delivery_changes (workspace, at, entries)
      values ((select number from ids where id = ${workspaceId}), ${now}, ${entries})`
  },
  delivery: () => undefined,
}

/** Written out and not bound: only so does a planner see that the index of what is not a success applies. */
function unfinished(status: DeliveryStatus): RawBuilder<boolean> | undefined {
  switch (status) {
    case 'success':
      return undefined
    case 'sending':
      return sql<boolean>`status <> 'success' and status = 'sending'`
    case 'queued':
    case 'failed':
      return sql<boolean>`status <> 'success' and status in ('queued', 'failed') and status = ${sql.lit(status)}`
  }
}

/** Adds the condition if there is one. */
export function narrow<Query extends { where(condition: RawBuilder<boolean>): Query }>(
  query: Query,
  condition: RawBuilder<boolean> | undefined,
): Query {
  return condition === undefined ? query : query.where(condition)
}

/**
 * The time by which something must have ended to be removed for good: no later than the store says, so that a node whose clock is
 * ahead removes nothing before its time.
 * @param now milliseconds, of the caller
 */
export async function endedBy(db: Database, { storeTime }: RowKeys, now: number): Promise<number> {
  if (storeTime === undefined) return now
  const { at } = await db.selectNoFrom(storeTime.as('at')).executeTakeFirstOrThrow()
  return Math.min(now, at)
}
