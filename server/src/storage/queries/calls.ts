// Owns finding calls among the events: a call is the events with one `call_id`, and stands where its first one does.
// Must never read more of a call than CALL_EVENTS_MAX events and CALL_BODY_BYTES_MAX of their bodies, nor more of a page than its budget.
import { sql } from 'kysely'
import type { CallEventRow, CallRow, EventFilter, History, HistoryRequest, RecordStorage } from '../storage.ts'
import { hasOwnTime, type Stretch, stretchesOf } from './event-stretches.ts'
import { fetchLimit, historyOf } from './lists.ts'
import type { RowKeys } from './row-keys.ts'
import type { Database } from './tables.ts'
import { WHOLE_RANGE } from './time-range.ts'

/** Whose events, and how the backend finds them. */
interface Source {
  readonly db: Database
  readonly keys: RowKeys
  readonly workspaceId: string
}

type CallRecords = Pick<RecordStorage, 'listCalls' | 'findCall'>
type TimeRange = Pick<EventFilter, 'since' | 'until'>

/** Of one call: the newest, and the first. */
const CALL_EVENTS_MAX = 100
const CALL_EVENTS_COUNTED_MAX = 1000
const CALL_BODY_BYTES_MAX = 1024 * 1024
/** Of all calls of one page; the first call of a page is always whole. */
const PAGE_EVENTS_MAX = 2000
const PAGE_BODY_BYTES_MAX = 2 * 1024 * 1024
/** Events that one page looks at to find where calls begin, and how many at a time. */
const SCAN_ROWS_MAX = 2000
const SCAN_ROWS = 500

const COLUMNS = ['seq', 'id', 'type', 'agentId', 'callId', 'createdAt', 'deliveryCount'] as const
const bytes = sql<number>`octet_length(body)`.as('bytes')

export function callRecords(db: Database, keys: RowKeys): CallRecords {
  return {
    listCalls: (workspaceId, range, request) => listCalls({ db, keys, workspaceId }, range, request),

    async findCall(workspaceId, callId) {
      const source = { db, keys, workspaceId }
      const first = await firstEvents(source).where('callId', '=', callId).orderBy('seq').limit(1).execute()
      return (await readCalls(source, first))[0]
    },
  }
}

/** `since` is included, `until` is not; both mean the own time of the call's first event. */
async function listCalls(source: Source, range: TimeRange, request: HistoryRequest): Promise<History<CallRow>> {
  const { db, keys, workspaceId } = source
  const first: FirstEvent[] = []
  let scannedTo: number | null = null
  let rowsLeft = SCAN_ROWS_MAX
  const isEnough = () => first.length === fetchLimit(request) || rowsLeft <= 0
  for (const stretch of await stretchesOf(db, range, request.before, keys.history(workspaceId))) {
    scannedTo = stretch.to
    while (scannedTo > stretch.from && !isEnough()) {
      const events = await eventsIn(db, workspaceId, { ...stretch, to: scannedTo })
      rowsLeft -= events.length
      first.push(...(await firstAmong(source, range, events, fetchLimit(request) - first.length)))
      scannedTo = events.length < SCAN_ROWS ? stretch.from : (events.at(-1)?.seq ?? stretch.from)
    }
    if (isEnough()) break
  }
  const { rows, next } = historyOf(
    first,
    request,
    (row) => row.seq,
    (row) => row,
    scannedTo === WHOLE_RANGE.from ? null : scannedTo,
  )
  const calls = await readCalls(source, rows)
  return { rows: calls, next: calls.length < rows.length ? (calls.at(-1)?.seq ?? null) : next }
}

/** The first event of a call, and what bounds the reading of the others. */
type FirstEvent = Awaited<ReturnType<ReturnType<typeof firstEvents>['execute']>>[number]

function firstEvents({ db, keys, workspaceId }: Source) {
  // Written as a scalar: no planner makes a join of it, which would read all calls.
  const eventCount = sql<number>`(select count(*) from (select 1 from events p where p.workspace_id = ${workspaceId}
    and p.call_id = events.call_id limit ${sql.lit(CALL_EVENTS_COUNTED_MAX + 1)}) counted)`
  return db
    .selectFrom('events')
    .select([...COLUMNS, bytes, keys.isTest.as('isTest'), eventCount.as('eventCount')])
    .where('workspaceId', '=', workspaceId)
}

/** The newest of a stretch. */
function eventsIn(db: Database, workspaceId: string, { from, to, ownTimeOnly }: Stretch) {
  return db
    .selectFrom('events')
    .select(['seq', 'callId'])
    .where('workspaceId', '=', workspaceId)
    .where('seq', '<', to)
    .where('seq', '>=', from)
    .$if(ownTimeOnly, (query) => query.where(hasOwnTime))
    .orderBy('seq', 'desc')
    .limit(SCAN_ROWS)
    .execute()
}

/** Which of some successive events are the first of their call: of each call the oldest may be, and a seek tells whether it is. */
async function firstAmong(
  source: Source,
  { since, until }: TimeRange,
  newestFirst: readonly { readonly seq: number; readonly callId: string | null }[],
  limit: number,
): Promise<readonly FirstEvent[]> {
  const oldest = new Map(newestFirst.map(({ seq, callId }) => [callId, seq]))
  oldest.delete(null)
  const candidates = [...oldest.values()].sort((a, b) => b - a)
  const isFirst = sql<boolean>`seq = (select p.seq from events p where p.workspace_id = ${source.workspaceId}
    and p.call_id = events.call_id order by p.seq limit 1)`
  const found: FirstEvent[] = []
  while (candidates.length > 0 && found.length < limit) {
    const rows = await firstEvents(source)
      .where('seq', 'in', candidates.splice(0, limit - found.length))
      .where(isFirst)
      .$if(since !== undefined, (query) => query.where('createdAt', '>=', since ?? 0))
      .$if(until !== undefined, (query) => query.where('createdAt', '<', until ?? 0))
      .execute()
    found.push(...rows.sort((a, b) => b.seq - a.seq))
  }
  return found
}

type Unread = Omit<CallEventRow, 'body'> & { readonly bytes: number }

/** As many of the calls, in their order, as the budget of a page allows; at least the first. */
async function readCalls(source: Source, first: readonly FirstEvent[]): Promise<CallRow[]> {
  const within = withinBudget(first, ({ eventCount }) => Math.min(eventCount, CALL_EVENTS_MAX), PAGE_EVENTS_MAX)
  const events = await eventsOf(source, within)
  const sized = within.map((one) => {
    const unread = events.get(one.callId ?? '') ?? []
    return { one, unread, toRead: bodiesToRead(unread) }
  })
  const calls = withinBudget(sized, ({ toRead }) => bytesOf(toRead), PAGE_BODY_BYTES_MAX)
  const seqs = calls.flatMap(({ toRead }) => toRead.map(({ seq }) => seq))
  const bodies = await bodiesOf(source, seqs)
  return calls.map(({ one, unread }) => ({
    seq: one.seq,
    // Of events without a call none is the first.
    callId: one.callId ?? '',
    eventCount: Math.min(one.eventCount, CALL_EVENTS_COUNTED_MAX),
    eventCountIsExact: one.eventCount <= CALL_EVENTS_COUNTED_MAX,
    events: unread.map(({ bytes: _, ...event }) => ({ ...event, body: bodies.get(event.seq) ?? null })),
  }))
}

/** The leading ones whose costs together stay within the budget; the first whatever it costs. */
function withinBudget<T>(list: readonly T[], costOf: (one: T) => number, budget: number): T[] {
  let spent = 0
  const end = list.findIndex((one, index) => {
    spent += costOf(one)
    return spent > budget && index > 0
  })
  return end === -1 ? [...list] : list.slice(0, end)
}

function bytesOf(events: readonly Unread[]): number {
  return events.reduce((sum, event) => sum + event.bytes, 0)
}

/** The first, which says who called whom, then from the newest back: they say where the call stands. */
function bodiesToRead(events: readonly Unread[]): readonly Unread[] {
  return withinBudget([...events.slice(0, 1), ...events.slice(1).reverse()], ({ bytes }) => bytes, CALL_BODY_BYTES_MAX)
}

/** By call, oldest first: the first event and the newest. */
async function eventsOf(
  { db, keys, workspaceId }: Source,
  first: readonly FirstEvent[],
): Promise<ReadonlyMap<string, readonly Unread[]>> {
  const columns = [...COLUMNS, bytes, keys.isTest.as('isTest')]
  const query = () => db.selectFrom('events').select(columns).where('workspaceId', '=', workspaceId)
  const isShort = ({ eventCount }: FirstEvent) => eventCount <= CALL_EVENTS_MAX
  const short = first.filter(isShort).map(({ callId }) => callId)
  const rows: Unread[] =
    short.length === 0
      ? []
      : await query()
          .where('callId', 'in', short)
          .limit(first.length * CALL_EVENTS_MAX)
          .execute()
  for (const { eventCount: _, ...one } of first.filter((one) => !isShort(one))) {
    const newest = query().where('callId', '=', one.callId).orderBy('seq', 'desc')
    rows.push(one, ...(await newest.limit(CALL_EVENTS_MAX).execute()))
  }
  return Map.groupBy(
    rows.sort((a, b) => a.seq - b.seq),
    ({ callId }) => callId ?? '',
  )
}

async function bodiesOf({ db, workspaceId }: Source, seqs: readonly number[]): Promise<ReadonlyMap<number, string>> {
  if (seqs.length === 0) return new Map()
  const rows = await db
    .selectFrom('events')
    .select(['seq', 'body'])
    .where('workspaceId', '=', workspaceId)
    .where('seq', 'in', seqs)
    .execute()
  return new Map(rows.map(({ seq, body }) => [seq, body]))
}
