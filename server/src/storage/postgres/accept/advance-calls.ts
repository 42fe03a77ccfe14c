// Owns what sources said, written with the events that follow: signals, and calls in the place of their version before; and the
// reading of both before that. A few statements for the whole batch.
import type {
  AcceptRequest,
  CallAdvance,
  FoundTrackedCall,
  SignalRow,
  SoughtTrackedCall,
  TrackedCallRow,
} from '../../storage.ts'
import { columnsOf, withoutNul } from '../wire/columns.ts'
import type { Session } from '../wire/session.ts'
import { numberedRowsOf, placesOf, rowsOf, statement } from '../wire/statement.ts'

interface FoundRow extends TrackedCallRow {
  readonly nth: number
}

const SOUGHT = { workspace_id: 'text', source_id: 'text', call_id: 'text' } as const

export const FIND_TRACKED_CALLS = statement<FoundRow>(
  'find_tracked_calls',
  `SELECT q.nth, c.workspace_id AS "workspaceId", c.source_id AS "sourceId", c.call_id AS "callId", c.kind, c.state, c.version,
  c.tracked, c.due_at AS "dueAt", c.created_at AS "createdAt", c.updated_at AS "updatedAt"
FROM (${numberedRowsOf(SOUGHT)}) q JOIN source_calls c
  ON c.workspace_id = q.workspace_id AND c.source_id = q.source_id AND c.call_id = q.call_id`,
)

export const FIND_SIGNALS = statement<{ readonly nth: number }>(
  'find_signals',
  `SELECT q.nth FROM (${numberedRowsOf({ workspace_id: 'text', source_id: 'text', dedupe_key: 'text' })}) q
  JOIN source_signals s ON s.workspace_id = q.workspace_id AND s.source_id = q.source_id AND s.dedupe_key = q.dedupe_key`,
)

const WRITTEN = {
  ...SOUGHT,
  kind: 'text',
  state: 'text',
  version: 'int',
  tracked: 'text',
  due_at: 'bigint',
  created_at: 'bigint',
  updated_at: 'bigint',
} as const

type WrittenKey = Pick<TrackedCallRow, 'workspaceId' | 'sourceId' | 'callId'>
const KEY_OF_WRITTEN = `workspace_id AS "workspaceId", source_id AS "sourceId", call_id AS "callId"`

export const INSERT_CALLS = statement<WrittenKey>(
  'insert_calls',
  `INSERT INTO source_calls (${Object.keys(WRITTEN).join(', ')})
${rowsOf(WRITTEN)}
ON CONFLICT (workspace_id, source_id, call_id) DO NOTHING RETURNING ${KEY_OF_WRITTEN}`,
)

export const UPDATE_CALLS = statement<WrittenKey>(
  'update_calls',
  `UPDATE source_calls c SET state = q.state, version = q.version, tracked = q.tracked, due_at = q.due_at, updated_at = q.updated_at
FROM (${rowsOf(WRITTEN)}) q
WHERE c.workspace_id = q.workspace_id AND c.source_id = q.source_id AND c.call_id = q.call_id AND c.version = q.version - 1
RETURNING c.workspace_id AS "workspaceId", c.source_id AS "sourceId", c.call_id AS "callId"`,
)

const SIGNAL = {
  workspace_id: 'text',
  source_id: 'text',
  dedupe_key: 'text',
  id: 'text',
  call_id: 'text',
  event: 'text',
  state: 'text',
  occurred_at: 'bigint',
  received_at: 'bigint',
  payload: 'text',
} as const

export const INSERT_SIGNALS = statement(
  'insert_signals',
  `INSERT INTO source_signals (${Object.keys(SIGNAL).join(', ')})
${rowsOf(SIGNAL)}
ON CONFLICT (workspace_id, source_id, dedupe_key) DO NOTHING`,
)

/** See SourceStorage.findTrackedCalls. */
export async function findTrackedCalls(
  session: Session,
  sought: readonly SoughtTrackedCall[],
): Promise<readonly FoundTrackedCall[]> {
  const [workspaceIds = [], sourceIds = [], callIds = [], dedupeKeys = []] = columnsOf(
    sought,
    ({ workspaceId }) => workspaceId,
    ({ sourceId }) => sourceId,
    ({ callId }) => withoutNul(callId),
    ({ dedupeKey }) => dedupeKey,
  )
  const places = placesOf(sought)
  const calls = await session.all(FIND_TRACKED_CALLS, workspaceIds, sourceIds, callIds, places)
  const repeats = await session.all(FIND_SIGNALS, workspaceIds, sourceIds, dedupeKeys, places)
  const found = new Map(calls.map(({ nth, ...call }) => [nth, call]))
  const repeated = new Set(repeats.map(({ nth }) => nth))
  return places.map((nth) => ({ call: found.get(nth) ?? null, isRepeat: repeated.has(nth) }))
}

/** Returns the requests of whose calls another version was advanced: nothing of them is written. */
export async function advanceCalls(
  session: Session,
  requests: readonly AcceptRequest[],
): Promise<ReadonlySet<AcceptRequest>> {
  const advancing = requests.flatMap((request) =>
    request.advance === undefined ? [] : [{ request, advance: request.advance }],
  )
  if (advancing.length === 0) return new Set()
  // In one order everywhere, so that nobody waits for somebody who waits for him.
  const calls = advancing
    .flatMap(({ advance }) => (advance.call === null ? [] : [advance.call]))
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const isNew = ({ version }: TrackedCallRow) => version === 1
  const inserted = await writeCalls(session, INSERT_CALLS, calls.filter(isNew))
  const updated = await writeCalls(
    session,
    UPDATE_CALLS,
    calls.filter((call) => !isNew(call)),
  )
  const written = new Set([...inserted, ...updated])
  const isWritten = ({ call }: CallAdvance) => call === null || written.has(keyOf(call))
  await insertSignals(
    session,
    advancing.flatMap(({ request: { workspaceId }, advance }) =>
      advance.signal === null || !isWritten(advance)
        ? []
        : [{ workspaceId, sourceId: advance.sourceId, ...advance.signal }],
    ),
  )
  return new Set(advancing.flatMap(({ request, advance }) => (isWritten(advance) ? [] : [request])))
}

async function writeCalls(
  session: Session,
  write: typeof INSERT_CALLS,
  calls: readonly TrackedCallRow[],
): Promise<readonly string[]> {
  if (calls.length === 0) return []
  const columns = columnsOf(
    calls,
    ({ workspaceId }) => workspaceId,
    ({ sourceId }) => sourceId,
    ({ callId }) => withoutNul(callId),
    ({ kind }) => kind,
    ({ state }) => state,
    ({ version }) => version,
    ({ tracked }) => withoutNul(tracked),
    ({ dueAt }) => dueAt,
    ({ createdAt }) => createdAt,
    ({ updatedAt }) => updatedAt,
  )
  return (await session.all(write, ...columns)).map(keyOf)
}

async function insertSignals(
  session: Session,
  signals: readonly (SignalRow & Pick<TrackedCallRow, 'workspaceId' | 'sourceId'>)[],
): Promise<void> {
  if (signals.length === 0) return
  const sorted = signals.toSorted((a, b) => (a.dedupeKey < b.dedupeKey ? -1 : 1))
  const columns = columnsOf(
    sorted,
    ({ workspaceId }) => workspaceId,
    ({ sourceId }) => sourceId,
    ({ dedupeKey }) => dedupeKey,
    ({ id }) => id,
    ({ callId }) => withoutNul(callId),
    ({ event }) => withoutNul(event),
    ({ state }) => state,
    ({ occurredAt }) => occurredAt,
    ({ receivedAt }) => receivedAt,
    ({ payload }) => withoutNul(payload),
  )
  await session.run(INSERT_SIGNALS, ...columns)
}

function keyOf({ workspaceId, sourceId, callId }: WrittenKey): string {
  return `${workspaceId} ${sourceId} ${withoutNul(callId)}`
}
