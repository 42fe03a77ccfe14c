// Owns which webhooks have something due (table `due_marks`): for each delivery that is queued there is a mark of its webhook with
// a time that is no later. Must never remove a mark without having looked at what it stands for, in the same snapshot.
//
// Whoever queues a delivery adds a mark in the same transaction, whatever marks there are: so nobody waits for anybody, and a
// delivery that is not committed yet is not lost to one who looks meanwhile, because its mark is not seen, and stays. Marks
// may be too many, too early, or of a webhook that is not active: who finds them corrects them.
import type { Session } from '../wire/session.ts'
import { rowsOf, statement } from '../wire/statement.ts'

/** A webhook, by the workspace whose rows are asked for. */
export interface WebhookKey {
  readonly workspaceId: string
  readonly webhookId: string
}

export interface QueuedAt extends WebhookKey {
  /** Null: it is not known when it will be due. */
  readonly dueAt: number | null
}

/** The head of a part of the statement that queues deliveries, for the same transaction. */
export const ADD_MARKS = 'INSERT INTO due_marks (workspace_id, webhook_id, due_at)'

export const NOTE_DUE = statement(
  'note_due',
  `${ADD_MARKS} ${rowsOf({ workspace_id: 'text', webhook_id: 'text', due_at: 'bigint' })}`,
)

/** By all columns of the index of due rows: no other index has this order. */
const firstAfter = (webhook: string) => `SELECT d.workspace_id, d.webhook_id, d.next_attempt_at FROM deliveries d
    WHERE d.status = 'queued' AND d.next_attempt_at IS NOT NULL AND (d.workspace_id, d.webhook_id) > (${webhook})
    ORDER BY d.workspace_id, d.webhook_id, d.next_attempt_at, d.seq LIMIT 1`

/** Of `of`. In the order of the index, so that no other one is taken. */
export const firstOf = (of: string) => `SELECT d.next_attempt_at FROM deliveries d
    WHERE d.status = 'queued' AND d.next_attempt_at IS NOT NULL AND d.workspace_id = ${of}.workspace_id
      AND d.webhook_id = ${of}.webhook_id
    ORDER BY d.workspace_id, d.webhook_id, d.next_attempt_at, d.seq LIMIT 1`

/**
 * OFFSET 0 keeps the planner from turning the walk around; IS TRUE from the index of all that a workspace has, of which it would
 * read every webhook to find one.
 */
export const activeWebhook = (of: string) => `SELECT w.id FROM webhooks w
  WHERE w.workspace_id = ${of}.workspace_id AND w.id = ${of}.webhook_id AND w.is_active = 1
    AND (w.deleted_at IS NULL AND w.kind = 'push') IS TRUE
  OFFSET 0`

/** In the place of all marks of some webhooks, one for each that has something queued. Marks that others settle are theirs. */
export const SETTLE_MARKS = statement(
  'settle_marks',
  `WITH settled AS MATERIALIZED (
  SELECT m.workspace_id, m.webhook_id, m.due_at, m.id FROM (${rowsOf({ workspace_id: 'text', webhook_id: 'text' })}) q
  CROSS JOIN LATERAL (SELECT * FROM due_marks m WHERE m.workspace_id = q.workspace_id AND m.webhook_id = q.webhook_id
    OFFSET 0 FOR UPDATE SKIP LOCKED) m),
gone AS (DELETE FROM due_marks m USING settled s WHERE m.workspace_id = s.workspace_id AND m.webhook_id = s.webhook_id
  AND m.due_at = s.due_at AND m.id = s.id)
${ADD_MARKS}
SELECT s.workspace_id, s.webhook_id, first.next_attempt_at
FROM (SELECT DISTINCT workspace_id, webhook_id FROM settled) s CROSS JOIN LATERAL (${firstOf('s')}) first`,
)

/** In the place of many marks of one webhook whose time has come, the earliest. */
export const MERGE_MARKS = statement(
  'merge_marks',
  `WITH many AS MATERIALIZED (
  SELECT workspace_id, webhook_id FROM due_marks WHERE due_at <= $1 GROUP BY 1, 2 HAVING count(*) > 8 LIMIT 500),
merged AS MATERIALIZED (
  SELECT m.workspace_id, m.webhook_id, m.due_at, m.id FROM many CROSS JOIN LATERAL (
    SELECT * FROM due_marks m WHERE m.workspace_id = many.workspace_id AND m.webhook_id = many.webhook_id
      AND m.due_at <= $1 OFFSET 0 FOR UPDATE SKIP LOCKED) m),
gone AS (DELETE FROM due_marks m USING merged o WHERE m.workspace_id = o.workspace_id AND m.webhook_id = o.webhook_id
  AND m.due_at = o.due_at AND m.id = o.id)
${ADD_MARKS} SELECT workspace_id, webhook_id, min(due_at) FROM merged GROUP BY 1, 2`,
)

/**
 * Removes the marks of inactive webhooks, and those of kind `pull`, among the first 500: whoever enables one makes its mark anew. He changes the row
 * that is locked here, so that he sees all that has been queued until then.
 */
export const PARK_MARKS = statement(
  'park_marks',
  `WITH early AS MATERIALIZED (SELECT workspace_id, webhook_id FROM due_marks ORDER BY due_at LIMIT 500),
off AS MATERIALIZED (
  SELECT w.workspace_id, w.id FROM (SELECT DISTINCT workspace_id, webhook_id FROM early) e CROSS JOIN LATERAL (
    SELECT w.workspace_id, w.id FROM webhooks w WHERE w.workspace_id = e.workspace_id AND w.id = e.webhook_id
      AND (w.is_active = 0 OR w.deleted_at IS NOT NULL OR w.kind = 'pull') OFFSET 0 FOR SHARE SKIP LOCKED) w)
DELETE FROM due_marks m USING off WHERE m.workspace_id = off.workspace_id AND m.webhook_id = off.id`,
)

/**
 * Makes the marks that are missing: one seek for each webhook of all workspaces that has something queued. For what a tool, a
 * move or a node of an older version has left behind.
 */
export const COMPLETE_MARKS = statement(
  'complete_marks',
  `WITH RECURSIVE queued (workspace_id, webhook_id, due_at) AS (
  (${firstAfter(`'', ''`)})
  UNION ALL
  SELECT d.workspace_id, d.webhook_id, d.next_attempt_at FROM queued CROSS JOIN LATERAL (
    ${firstAfter('queued.workspace_id, queued.webhook_id')}) d
)
${ADD_MARKS}
SELECT queued.workspace_id, queued.webhook_id, queued.due_at FROM queued CROSS JOIN LATERAL (${activeWebhook('queued')}) w
WHERE NOT EXISTS (SELECT 1 FROM due_marks m WHERE m.workspace_id = queued.workspace_id
  AND m.webhook_id = queued.webhook_id AND m.due_at <= queued.due_at)`,
)

/** In the transaction that queues them. Of each webhook the earliest is enough. */
export async function noteDue(session: Session, queued: Iterable<QueuedAt>): Promise<void> {
  const first = new Map<string, QueuedAt & { readonly dueAt: number }>()
  for (const { workspaceId, webhookId, dueAt } of queued) {
    if (dueAt === null) continue
    const key = `${workspaceId} ${webhookId}`
    if (dueAt < (first.get(key)?.dueAt ?? Number.POSITIVE_INFINITY)) first.set(key, { workspaceId, webhookId, dueAt })
  }
  if (first.size === 0) return
  const marks = [...first.values()]
  await session.run(
    NOTE_DUE,
    ...keysOf(marks),
    marks.map(({ dueAt }) => dueAt),
  )
}

/** To be called after deliveries of these webhooks were leased. */
export async function settleMarks(session: Session, webhooks: readonly WebhookKey[]): Promise<void> {
  if (webhooks.length > 0) await session.run(SETTLE_MARKS, ...keysOf(webhooks))
}

function keysOf(webhooks: readonly WebhookKey[]): [string[], string[]] {
  return [webhooks.map(({ workspaceId }) => workspaceId), webhooks.map(({ webhookId }) => webhookId)]
}
