// Owns reading accepted events. They are written by the backend's hot path only.
import type { EventFilter, EventRow, History, HistoryRequest, RecordStorage } from '../storage.ts'
import { fetchLimit, historyOf } from './lists.ts'
import { narrow, type RowKeys } from './row-keys.ts'
import type { Database } from './tables.ts'

type EventRecords = Pick<RecordStorage, 'listEvents' | 'findEvent'>

const COLUMNS = ['seq', 'id', 'type', 'agentId', 'callId', 'createdAt', 'deliveryCount'] as const

export function eventRecords(db: Database, keys: RowKeys): EventRecords {
  return {
    listEvents: (workspaceId, filter, request) => listEvents(db, keys, workspaceId, filter, request),

    findEvent: (workspaceId, id) =>
      narrow(
        db
          .selectFrom('events')
          .select([...COLUMNS, 'body'])
          .where('workspaceId', '=', workspaceId)
          .where('id', '=', id),
        keys.event(workspaceId, id),
      ).executeTakeFirst(),
  }
}

/** `since` is included, `until` is not; both mean the event's own time. */
async function listEvents(
  db: Database,
  keys: RowKeys,
  workspaceId: string,
  filter: EventFilter,
  request: HistoryRequest,
): Promise<History<EventRow>> {
  const { type, callId, id, since, until } = filter
  const rows = await db
    .selectFrom('events')
    .select(COLUMNS)
    .where('workspaceId', '=', workspaceId)
    .$if(request.before !== null, (query) => query.where('seq', '<', request.before ?? 0))
    .$if(id !== undefined, (query) => narrow(query.where('id', '=', id ?? ''), keys.event(workspaceId, id ?? '')))
    .$if(callId !== undefined, (query) => query.where('callId', '=', callId ?? ''))
    .$if(type !== undefined, (query) => query.where('type', '=', type ?? ''))
    .$if(since !== undefined, (query) => query.where('createdAt', '>=', since ?? 0))
    .$if(until !== undefined, (query) => query.where('createdAt', '<', until ?? 0))
    .orderBy('seq', 'desc')
    .limit(fetchLimit(request))
    .execute()
  return historyOf(
    rows,
    request,
    (row) => row.seq,
    (row) => row,
  )
}
