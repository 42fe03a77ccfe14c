// Owns reading accepted events. They are written by the backend's hot path only.
import type { EventFilter, EventRow, History, HistoryRequest, RecordStorage } from '../storage.ts'
import { hasOwnTime, type Stretch, stretchesOf } from './event-stretches.ts'
import { fetchLimit, historyOf, SCAN_ROWS_MAX } from './lists.ts'
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
          .select([...COLUMNS, 'acceptedAt', 'body', keys.isTest.as('isTest')])
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
  const rows: EventRow[] = []
  let scannedTo: number | null = null
  for (const stretch of await stretchesOf(db, rangeOf(filter), request.before, keys.history(workspaceId))) {
    const found = await listStretch(db, keys, workspaceId, filter, stretch, fetchLimit(request) - rows.length)
    rows.push(...found.rows)
    scannedTo = found.scannedTo
    if (scannedTo !== null || rows.length === fetchLimit(request)) break
  }
  return historyOf(
    rows,
    request,
    (row) => row.seq,
    (row) => row,
    scannedTo,
  )
}

/** The few events of an id or a call are found faster by that than by a time. */
function rangeOf(filter: EventFilter): Pick<EventFilter, 'since' | 'until'> {
  return filter.id === undefined && filter.callId === undefined ? filter : {}
}

async function listStretch(
  db: Database,
  keys: RowKeys,
  workspaceId: string,
  { type, callId, id, undelivered, since, until }: EventFilter,
  { from, to, ownTimeOnly }: Stretch,
  limit: number,
): Promise<{ readonly rows: readonly EventRow[]; readonly scannedTo: number | null }> {
  // What an index leads to. What it does not is left out of the rows that were found, and so bounded in what is read.
  const found = db
    .selectFrom('events')
    .where('workspaceId', '=', workspaceId)
    .where('seq', '<', to)
    .where('seq', '>=', from)
    .$if(ownTimeOnly, (query) => query.where(hasOwnTime))
    .$if(id !== undefined, (query) => narrow(query.where('id', '=', id ?? ''), keys.event(workspaceId, id ?? '')))
    .$if(callId !== undefined, (query) => query.where('callId', '=', callId ?? ''))
    .orderBy('seq', 'desc')
  const isSifted = [type, undelivered, since, until].some((value) => value !== undefined)
  const scannedTo = isSifted
    ? await found
        .select('seq')
        .offset(SCAN_ROWS_MAX - 1)
        .limit(1)
        .executeTakeFirst()
    : undefined
  const rows = await found
    .select([...COLUMNS, keys.isTest.as('isTest')])
    .$if(scannedTo !== undefined, (query) => query.where('seq', '>=', scannedTo?.seq ?? 0))
    .$if(type !== undefined, (query) => query.where('type', '=', type ?? ''))
    .$if(undelivered !== undefined, (query) => query.where('deliveryCount', undelivered === true ? '=' : '>', 0))
    .$if(since !== undefined, (query) => query.where('createdAt', '>=', since ?? 0))
    .$if(until !== undefined, (query) => query.where('createdAt', '<', until ?? 0))
    .limit(limit)
    .execute()
  return { rows, scannedTo: scannedTo?.seq ?? null }
}
