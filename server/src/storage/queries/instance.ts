// Owns looking over all workspaces at once, for the operator: what waits for whom, and who sends most.
// Must never read more rows than it is told to.
import { sql } from 'kysely'
import { WHOLE_WORKSPACE } from '../../insight/statistics/folded-buckets.ts'
import type { BusyWorkspaceRow, InstanceStorage, QueuedOfWebhook } from '../storage.ts'
import { narrow, type RowKeys } from './row-keys.ts'
import type { Database } from './tables.ts'

export type InstanceRecords = Pick<InstanceStorage, 'listBacklogs' | 'listBusyWorkspaces'>

export function instanceRecords(db: Database, keys: RowKeys): InstanceRecords {
  return {
    listBacklogs: (rowsMax, limit) => listBacklogs(db, keys, rowsMax, limit),
    listBusyWorkspaces: (since, workspacesMax, limit) => listBusy(db, keys, { since, workspacesMax, limit }),
  }
}

function listBacklogs(db: Database, keys: RowKeys, rowsMax: number, limit: number): Promise<QueuedOfWebhook[]> {
  const queued = narrow(db.selectFrom('deliveries').select(['workspaceId', 'webhookId']), keys.status('queued'))
  return db
    .selectFrom(queued.limit(rowsMax).as('found'))
    .select(['workspaceId', 'webhookId', ({ fn }) => fn.countAll<number>().as('queued')])
    .groupBy(['workspaceId', 'webhookId'])
    .orderBy('queued', 'desc')
    .orderBy('webhookId')
    .limit(limit)
    .execute()
}

interface BusyQuery {
  readonly since: number
  readonly workspacesMax: number
  readonly limit: number
}

function listBusy(
  db: Database,
  { cell }: RowKeys,
  { since, workspacesMax, limit }: BusyQuery,
): Promise<BusyWorkspaceRow[]> {
  const total = (name: string) => sql<number>`cast(sum(${cell('b.cells', name)}) as double precision)`
  return db
    .selectFrom(db.selectFrom('workspaces').select(['id', 'name']).limit(workspacesMax).as('found'))
    .innerJoin('statisticsBuckets as b', 'b.workspaceId', 'found.id')
    .select(['found.id', 'found.name', total('success').as('succeeded'), total('failed').as('failed')])
    .where('b.webhookId', '=', WHOLE_WORKSPACE)
    .where('b.size', '=', 'hour')
    .where('b.startAt', '>=', since)
    .groupBy(['found.id', 'found.name'])
    .orderBy(sql`${total('success')} + ${total('failed')}`, 'desc')
    .orderBy('found.id')
    .limit(limit)
    .execute()
}
