// Owns how the shared records find a row in its partition.
import { DELIVERY_STATUSES } from '@timbre/contract/delivery-status.ts'
import { type RawBuilder, sql } from 'kysely'
import type { RowKeys } from '../../queries/row-keys.ts'
import { dayOfDelivery, MOVED_DAY } from './day.ts'
import { indexCondition } from './index-conditions.ts'

export const PARTITION_KEYS: RowKeys = {
  locksRows: true,
  namesWorkspace: true,
  storeTime: sql<number>`(extract(epoch from now()) * 1000)::bigint`,
  status: (status) => {
    const words = indexCondition(status)
    return words === undefined ? undefined : sql<boolean>`${sql.raw(words)}`
  },
  event: (workspaceId, id) => sql<boolean>`(day, seq) = (${placeOf('day, seq', workspaceId, id)})`,
  deliveriesOfEvent: (workspaceId, eventId) => sql<boolean>`day = (${placeOf('day', workspaceId, eventId)})`,
  cell: (column, name) => sql<number>`coalesce((${sql.ref(column)}::json ->> ${sql.lit(name)})::bigint, 0)`,
  deliveriesOfEvents: (events) => sql<boolean>`event_id in (${sql.join(events.map(({ id }) => id))})`,
  isTest: sql<0 | 1>`coalesce(is_test, 0)`,
  history: (workspaceId) => sql<boolean>`workspace_id = ${workspaceId}`,
  noteDue: (workspaceId, webhookId, dueAt) =>
    sql`insert into due_marks (workspace_id, webhook_id, due_at) values (${workspaceId}, ${webhookId}, ${dueAt})`,
  // As `change-batch.ts` writes it.
  noteChange: (workspaceId, { id, status, attempts, nextAttemptAt, updatedAt }) =>
    sql`insert into delivery_changes (workspace_id, entries)
      select workspace_id, json_build_array(json_build_array(id, day, ${DELIVERY_STATUSES.indexOf(status)}::int,
        ${attempts}::int, ${nextAttemptAt}::bigint, ${updatedAt}::bigint))::text
      from deliveries where workspace_id = ${workspaceId} and id = ${id} and day in (${dayOfDelivery(id)}, ${MOVED_DAY})`,
  delivery: (...ids) => sql<boolean>`day in (${sql.join([...new Set([...ids.map(dayOfDelivery), MOVED_DAY])])})`,
}

function placeOf(columns: string, workspaceId: string, id: string): RawBuilder<unknown> {
  return sql`select ${sql.raw(columns)} from event_ids where workspace_id = ${workspaceId} and id = ${id}`
}
