// Owns looking at what of a webhook, or of a workspace, has not ended: by the indexes of what is queued and of what is being sent.
// Must never read more of an index than it was told, nor any row of what has ended.
import type { DatabaseSync } from 'node:sqlite'
import { backlogRow, type CountedBacklog } from '../../shared/backlog-row.ts'
import type { BacklogQuery, BacklogRow } from '../../storage.ts'
import { prepare, type Statement } from '../connection/statement.ts'
import { numberOf } from '../schema/id-numbers.ts'

const [WORKSPACE, WEBHOOK] = [numberOf('?1'), numberOf('?2')]

/** Of the first ones, in the order in which they were made. */
const counted = (from: string) => `
SELECT count(*) AS queued, coalesce(sum(next_attempt_at <= ?3), 0) AS due, min(created_at) AS oldestQueuedAt
FROM (SELECT created_at, next_attempt_at FROM delivery_rows ${from} ORDER BY seq LIMIT ?4 + 1) AS found`

export const QUEUED_OF_WEBHOOK = counted(`INDEXED BY delivery_rows_left_of_webhook
  WHERE workspace = ${WORKSPACE} AND webhook = ${WEBHOOK} AND status IN ('queued', 'failed') AND status = 'queued'`)

/** `?2` is nobody. */
export const QUEUED_OF_WORKSPACE = counted(`INDEXED BY delivery_rows_unfinished
  WHERE workspace = ${WORKSPACE} AND status <> 'success' AND status = 'queued' AND ?2 IS NULL`)

export const SENDING = `
SELECT count(*) AS looked, count(*) FILTER (WHERE ?2 IS NULL OR webhook = ${WEBHOOK}) AS sending,
  min(created_at) FILTER (WHERE ?2 IS NULL OR webhook = ${WEBHOOK}) AS oldestSendingAt
FROM (SELECT webhook, created_at FROM delivery_rows INDEXED BY delivery_rows_unfinished
  WHERE workspace = ${WORKSPACE} AND status <> 'success' AND status = 'sending' LIMIT ?3) AS found`

const WAITING = `delivery_rows INDEXED BY delivery_rows_due
    WHERE status = 'queued' AND next_attempt_at IS NOT NULL`

export const DUE_OF_WEBHOOK = `
SELECT count(*) AS count FROM (SELECT 1 FROM ${WAITING} AND webhook = ${numberOf('?1')} AND next_attempt_at <= ?2
  ORDER BY next_attempt_at LIMIT ?3) AS found`

export const NEXT_OF_WEBHOOK = `
SELECT min(next_attempt_at) AS at FROM ${WAITING} AND webhook = ${numberOf('?1')}`

/** Of so many webhooks, one seek each. What a deleted one still has is never tried. */
const WEBHOOKS_MAX = 1_000

export const NEXT_OF_WORKSPACE = `
SELECT min(at) AS at FROM (
  SELECT (SELECT min(next_attempt_at) FROM ${WAITING} AND webhook = ${numberOf('w.id')}) AS at
  FROM webhooks w WHERE w.workspace_id = ?1 AND w.deleted_at IS NULL LIMIT ${WEBHOOKS_MAX}) AS found`

type Queued = Pick<CountedBacklog, 'queued' | 'due' | 'oldestQueuedAt'>
type Sending = Pick<CountedBacklog, 'looked' | 'sending' | 'oldestSendingAt'>
type Time = { readonly at: number | null }

export class FindBacklog {
  readonly #ofWebhook: Statement<Queued>
  readonly #ofWorkspace: Statement<Queued>
  readonly #sending: Statement<Sending>
  readonly #due: Statement<{ readonly count: number }>
  readonly #nextOfWebhook: Statement<Time>
  readonly #nextOfWorkspace: Statement<Time>

  constructor(db: DatabaseSync) {
    this.#ofWebhook = prepare(db, QUEUED_OF_WEBHOOK)
    this.#ofWorkspace = prepare(db, QUEUED_OF_WORKSPACE)
    this.#sending = prepare(db, SENDING)
    this.#due = prepare(db, DUE_OF_WEBHOOK)
    this.#nextOfWebhook = prepare(db, NEXT_OF_WEBHOOK)
    this.#nextOfWorkspace = prepare(db, NEXT_OF_WORKSPACE)
  }

  /** See StatisticsStorage.findBacklog. */
  run({ workspaceId, webhookId, now, rowsMax, dueMax }: BacklogQuery): BacklogRow {
    const ofAll = webhookId === null
    // Aggregates without groups: one row each.
    const queued = (ofAll ? this.#ofWorkspace : this.#ofWebhook).get(workspaceId, webhookId, now, rowsMax) as Queued
    const sending = this.#sending.get(workspaceId, webhookId, rowsMax) as Sending
    const next = ofAll ? this.#nextOfWorkspace.get(workspaceId) : this.#nextOfWebhook.get(webhookId)
    const isAll = queued.queued <= rowsMax
    const due = ofAll ? 0 : isAll ? queued.due : (this.#due.get(webhookId, now, dueMax)?.count ?? 0)
    return backlogRow({ ...queued, ...sending, due, nextAttemptAt: next?.at ?? null }, rowsMax)
  }
}
