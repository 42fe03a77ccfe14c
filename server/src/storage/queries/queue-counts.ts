// Owns counting what is queued in the table, by what it waits for: of all workspaces, for the metrics of the instance.
// Must never read more rows than it is told to.
import { sql } from 'kysely'
import type { QueueCounts, RecordStorage } from '../storage.ts'
import type { RowKeys } from './row-keys.ts'
import type { Database } from './tables.ts'

export function queueRecords(db: Database, keys: RowKeys): Pick<RecordStorage, 'countQueued'> {
  return {
    async countQueued(now, rowsMax) {
      const counted = sql`(select case
          when coalesce(w.is_active, 0) = 0 then 'webhook_inactive'
          when deliveries.next_attempt_at <= ${now} then case w.kind when 'pull' then 'consumer' else 'due' end
          when deliveries.awaits_turn = 1 then 'call_order'
          when deliveries.attempts = 0 then 'schedule'
          else 'retry' end as reason, deliveries.created_at
        from deliveries left join webhooks w on w.workspace_id = deliveries.workspace_id and w.id = deliveries.webhook_id
        where ${keys.status('queued') ?? sql`deliveries.status = 'queued'`} limit ${rowsMax}) counted`
      const countOf = (reason: string) => sql`coalesce(sum(case reason when ${sql.lit(reason)} then 1 end), 0)`
      const { rows } = await sql<QueueCounts>`select ${countOf('due')} as due, ${countOf('retry')} as retry,
        ${countOf('schedule')} as schedule, ${countOf('call_order')} as call_order,
        ${countOf('consumer')} as consumer, ${countOf('webhook_inactive')} as webhook_inactive,
        min(case when reason not in ('webhook_inactive', 'consumer') then created_at end) as oldest_created_at from ${counted}`.execute(
        db,
      )
      // An aggregate without groups has one row.
      return rows[0] as QueueCounts
    },
  }
}
