// Owns looking up the webhooks that events might have gone to, for events that nothing matches: once for a batch, if at all.
import type { Candidate } from '../../interface/rows.ts'
import { isUnmatched, SKIPPED_MAX, SkippedLists, withSkipped } from '../../shared/skipped-webhooks.ts'
import type { AcceptRequest } from '../../storage.ts'
import type { Session } from '../wire/session.ts'
import { numberedRowsOf, placesOf, statement } from '../wire/statement.ts'
import type { Inserted } from './insert-events.ts'

type CandidateRow = Candidate & { readonly nth: number }

const COLUMNS = `q.nth, w.id AS "webhookId", w.agent_id AS "agentId", w.is_active AS "isActive"`
const KINDS = `(${numberedRowsOf({ workspace_id: 'text', event_key: 'text' })}) q`

/** No more rows than the match has looked at, and the newest SKIPPED_MAX of the others. */
export const FIND_CANDIDATES = statement<CandidateRow>(
  'find_candidates',
  `SELECT ${COLUMNS}, s.is_active AS "isSubscriptionActive"
FROM ${KINDS}
  JOIN subscriptions s ON s.workspace_id = q.workspace_id AND s.event_key = q.event_key
  JOIN webhooks w ON w.workspace_id = s.workspace_id AND w.id = s.webhook_id AND w.deleted_at IS NULL
UNION ALL
SELECT ${COLUMNS}, NULL
FROM ${KINDS} CROSS JOIN LATERAL (SELECT o.id, o.agent_id, o.is_active FROM webhooks o
  WHERE o.workspace_id = q.workspace_id AND o.deleted_at IS NULL
    AND NOT EXISTS (SELECT FROM subscriptions n
      WHERE n.workspace_id = q.workspace_id AND n.webhook_id = o.id AND n.event_key = q.event_key)
  ORDER BY o.created_at DESC LIMIT ${SKIPPED_MAX}) w`,
)

interface Kind {
  readonly workspaceId: string
  readonly type: string
}

/** What was accepted, with `skipped` where nothing matched. The database is asked only where there is such an event. */
export async function tellSkipped(
  session: Session,
  requests: readonly AcceptRequest[],
  inserted: readonly Inserted[],
): Promise<readonly Inserted[]> {
  const kinds = unmatchedKinds(requests, inserted)
  if (kinds.size === 0) return inserted
  const candidates = await candidatesOf(session, kinds)
  const lists = new SkippedLists((workspaceId, type) => candidates.get(keyOf({ workspaceId, type })) ?? [])
  return inserted.map((result, nth) => {
    const request = requests[nth]
    if (request === undefined || result.kind !== 'accepted') return result
    return { ...result, events: withSkipped(request, result.events, lists) }
  })
}

function unmatchedKinds(requests: readonly AcceptRequest[], inserted: readonly Inserted[]): ReadonlyMap<string, Kind> {
  const kinds = new Map<string, Kind>()
  for (const [nth, { workspaceId, events }] of requests.entries()) {
    const result = inserted[nth]
    if (result?.kind !== 'accepted') continue
    for (const [place, event] of events.entries()) {
      const row = result.events[place]
      if (row === undefined || !isUnmatched(event, row)) continue
      const kind = { workspaceId, type: event.type }
      kinds.set(keyOf(kind), kind)
    }
  }
  return kinds
}

async function candidatesOf(
  session: Session,
  kinds: ReadonlyMap<string, Kind>,
): Promise<ReadonlyMap<string, readonly Candidate[]>> {
  const wanted = [...kinds.values()]
  const rows = await session.all(
    FIND_CANDIDATES,
    wanted.map(({ workspaceId }) => workspaceId),
    wanted.map(({ type }) => type),
    placesOf(wanted),
  )
  const byPlace = Map.groupBy(rows, ({ nth }) => nth)
  return new Map([...kinds.keys()].map((key, index) => [key, byPlace.get(index + 1) ?? []]))
}

function keyOf({ workspaceId, type }: Kind): string {
  return `${workspaceId} ${type}`
}
