// Owns the join of events with the active subscriptions of active webhooks, inside the accepting transaction.
import type { MatchedWebhook } from '../../shared/leased-delivery.ts'
import type { NewEvent } from '../../storage.ts'
import type { Session } from '../wire/session.ts'
import { numberedRowsOf, placesOf, statement } from '../wire/statement.ts'

export interface EventToInsert {
  readonly workspaceId: string
  readonly event: NewEvent
}

type MatchRow = MatchedWebhook & { readonly nth: number }

const MATCH_COLUMNS = `q.nth, w.id AS "webhookId", w.kind, w.version, w.agent_id AS "agentId", w.ordering,
  s.id AS "subscriptionId", (w.retry_schedule::json ->> 0)::int AS "firstWaitSeconds"`

export const MATCH = statement<MatchRow>(
  'match',
  `SELECT ${MATCH_COLUMNS}
FROM (${numberedRowsOf({ workspace_id: 'text', event_key: 'text' })}) q
  JOIN subscriptions s ON s.workspace_id = q.workspace_id AND s.event_key = q.event_key AND s.is_active = 1
  JOIN webhooks w ON w.workspace_id = s.workspace_id AND w.id = s.webhook_id AND w.is_active = 1 AND w.deleted_at IS NULL
ORDER BY q.nth, w.id`,
)

/** Whether the webhook is active or subscribed does not matter. */
export const MATCH_TESTS = statement<MatchRow>(
  'match_tests',
  `SELECT ${MATCH_COLUMNS}
FROM (${numberedRowsOf({ workspace_id: 'text', event_key: 'text', webhook_id: 'text' })}) q
  JOIN webhooks w ON w.workspace_id = q.workspace_id AND w.id = q.webhook_id AND w.deleted_at IS NULL
  LEFT JOIN subscriptions s ON s.workspace_id = w.workspace_id AND s.webhook_id = w.id AND s.event_key = q.event_key
ORDER BY q.nth`,
)

/** The webhooks that each of the events goes to, in the order of the events; of one event in the order of their ids. */
export async function matchEvents(
  session: Session,
  inserts: readonly EventToInsert[],
): Promise<readonly (readonly MatchedWebhook[])[]> {
  const kinds = new Map<string, EventToInsert>()
  for (const insert of inserts) if (insert.event.testOf === undefined) kinds.set(kindOf(insert), insert)
  const tests = inserts.filter(({ event }) => event.testOf !== undefined)
  const byKind = await matchKinds(session, kinds)
  const byTest = tests.length === 0 ? new Map<EventToInsert, MatchedWebhook[]>() : await matchTests(session, tests)
  return inserts.map((insert) => {
    const { agentId, testOf } = insert.event
    if (testOf !== undefined) return byTest.get(insert) ?? []
    const matches = byKind.get(kindOf(insert)) ?? []
    return matches.filter((match) => match.agentId === null || match.agentId === agentId)
  })
}

function kindOf({ workspaceId, event }: EventToInsert): string {
  return `${workspaceId} ${event.type}`
}

async function matchKinds(
  session: Session,
  kinds: ReadonlyMap<string, EventToInsert>,
): Promise<ReadonlyMap<string, MatchedWebhook[]>> {
  if (kinds.size === 0) return new Map()
  const wanted = [...kinds.values()]
  const rows = await session.all(
    MATCH,
    wanted.map(({ workspaceId }) => workspaceId),
    wanted.map(({ event }) => event.type),
    placesOf(wanted),
  )
  return grouped(rows, [...kinds.keys()])
}

async function matchTests(
  session: Session,
  tests: readonly EventToInsert[],
): Promise<ReadonlyMap<EventToInsert, MatchedWebhook[]>> {
  const rows = await session.all(
    MATCH_TESTS,
    tests.map(({ workspaceId }) => workspaceId),
    tests.map(({ event }) => event.type),
    tests.map(({ event }) => event.testOf ?? ''),
    placesOf(tests),
  )
  return grouped(rows, tests)
}

/** By what was asked for: `nth` counts from 1. */
function grouped<Key>(rows: readonly MatchRow[], keys: readonly Key[]): Map<Key, MatchedWebhook[]> {
  const groups = new Map<Key, MatchedWebhook[]>(keys.map((key) => [key, []]))
  for (const { nth, ...match } of rows) {
    const key = keys[nth - 1]
    if (key !== undefined) groups.get(key)?.push(match)
  }
  return groups
}
