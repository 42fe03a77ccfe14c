// Owns the recording transaction: how attempts ended, and everything that follows from it, in a few statements and with
// one fsync for the whole batch.
import type { DisabledReason } from '@timbre/contract/webhook.ts'
import type { Pool } from 'pg'
import { entryOf } from '../../shared/change-batch.ts'
import { envelopesOf } from '../../shared/leased-delivery.ts'
import { ORDER_HOLD_MS } from '../../shared/order-hold.ts'
import { WebhookHealthBatch } from '../../shared/webhook-health-batch.ts'
import type { AttemptRecord, AttemptResult, ClaimedDelivery, LeaseOffer, RecordAttemptsResult } from '../../storage.ts'
import { InsertBatch } from '../accept/insert-batch.ts'
import type { EventInserter } from '../accept/insert-events.ts'
import { advanceCalls, type Call } from '../claim/call-order.ts'
import { noteDue } from '../claim/due-marks.ts'
import { removePullLeases } from '../claim/pull-leases.ts'
import type { DeliveryIds } from '../schema/day.ts'
import { columnsOf, withoutNul } from '../wire/columns.ts'
import type { Session } from '../wire/session.ts'
import { numberedRowsOf, placesOf, statement } from '../wire/statement.ts'
import { inTransaction } from '../wire/transaction.ts'
import { changePlace, LOG_CHANGES, loggedEntries } from './change-log.ts'
import type { DisableWebhook } from './disable-webhook.ts'
import { writeWebhookHealth } from './write-webhook-health.ts'

const RESULTS = numberedRowsOf({
  workspace_id: 'text',
  day: 'int',
  delivery_id: 'text',
  lease_token: 'text',
  webhook_id: 'text',
  status: 'text',
  next_attempt_at: 'bigint',
  counts: 'int',
  ended_at: 'bigint',
  number: 'int',
  '"trigger"': 'text',
  started_at: 'bigint',
  duration_ms: 'float8',
  outcome: 'text',
  response_status: 'int',
  remote_address: 'text',
  error: 'text',
  timings: 'text',
  request_headers: 'text',
  response_headers: 'text',
  response_body: 'text',
  change: 'text',
})

/**
 * The lease token is the fence: a result of an older lease changes nothing, and leaves no attempt. `|| ''` keeps the
 * planner from the indexes of the webhook, which may have millions of rows for it, and of the lease.
 */
export const END_ATTEMPTS = statement<{ readonly orderKey: string | null; readonly nths: readonly number[] }>(
  'end_attempts',
  `WITH ended AS (
  UPDATE deliveries d SET
    status = r.status, next_attempt_at = r.next_attempt_at, updated_at = r.ended_at, attempts = d.attempts + 1,
    scheduled_attempts = d.scheduled_attempts + r.counts, lease_until = NULL, lease_node = NULL,
    -- An index knows it: a success leaves it as it is.
    lease_token = CASE r.status WHEN 'success' THEN d.lease_token END,
    -- By its error an index finds what has failed.
    last_error = CASE r.status WHEN 'failed' THEN coalesce(r.error, 'The delivery failed.') ELSE r.error END,
    response_status = r.response_status,
    succeeded_at = CASE r.status WHEN 'success' THEN r.ended_at ELSE d.succeeded_at END,
    held_until = CASE WHEN d.order_key IS NOT NULL AND d.held_until IS NULL AND d."trigger" IN ('automatic', 'replay')
      AND r.status = 'queued' THEN r.ended_at + ${ORDER_HOLD_MS} ELSE d.held_until END,
    "trigger" = CASE r.status WHEN 'queued' THEN 'automatic' ELSE d."trigger" END
  FROM (${RESULTS}) r
  WHERE d.workspace_id = r.workspace_id AND d.day = r.day AND d.id = r.delivery_id AND d.status = 'sending'
    AND d.lease_token || '' = r.lease_token AND d.webhook_id || '' = r.webhook_id
  RETURNING d.order_key, r.*),
kept AS (
  INSERT INTO attempts (workspace_id, day, delivery_id, number, "trigger", started_at, duration_ms, outcome,
    response_status, remote_address, error, timings, request_headers, response_headers, response_body)
  SELECT workspace_id, day, delivery_id, number, "trigger", started_at, duration_ms, outcome, response_status,
    remote_address, error, timings, request_headers, response_headers, response_body FROM ended),
logged AS (${LOG_CHANGES} SELECT workspace_id, ${loggedEntries('change', 'nth')} FROM ended GROUP BY workspace_id)
SELECT order_key AS "orderKey", json_agg(nth) AS nths FROM ended GROUP BY order_key`,
)

export interface RecordDependencies {
  readonly pool: Pool
  readonly now: () => number
  readonly inserter: EventInserter
  readonly disable: DisableWebhook
  readonly ids: DeliveryIds
}

export class RecordAttempts {
  readonly #dependencies: RecordDependencies

  constructor(dependencies: RecordDependencies) {
    this.#dependencies = dependencies
  }

  /** See HotStorage.recordAttempts. `overflow` also counts deliveries of a call whose turn has come. */
  run(results: readonly AttemptResult[], offer: LeaseOffer): Promise<RecordAttemptsResult> {
    return inTransaction(this.#dependencies.pool, async (session) => {
      const ended = await endAttempts(session, results)
      const isWritten = results.map((_, index) => ended.has(index))
      const written = results.filter((_, index) => isWritten[index])
      await noteDue(session, written.map(queuedAt))
      await writeHealth(session, written)
      const advanced = await this.#advance(session, results, ended)
      const batch = new InsertBatch(offer, this.#dependencies.ids)
      // Last: an announcement must not go to a webhook that this very batch has disabled.
      const leased = await this.#announce(session, written, batch)
      const pulled = written.filter((result) => result.isPulled)
      await removePullLeases(
        session,
        pulled.map(({ lease }) => lease),
      )
      for (const { webhookId } of pulled) batch.pulled.add(webhookId)
      return { written: isWritten, leased, overflow: advanced + batch.overflow, pulled: [...batch.pulled] }
    })
  }

  #advance(session: Session, results: readonly AttemptResult[], ended: EndedCalls): Promise<number> {
    const calls: Call[] = []
    for (const [index, orderKey] of ended) {
      const result = results[index]
      if (orderKey !== null && result !== undefined)
        calls.push({ workspaceId: result.lease.workspaceId, webhookId: result.webhookId, orderKey })
    }
    return advanceCalls(session, calls, this.#dependencies.now())
  }

  async #announce(session: Session, written: readonly AttemptResult[], batch: InsertBatch): Promise<ClaimedDelivery[]> {
    const news: AttemptResult[] = []
    for (const result of written) {
      const { announce, disableWebhook } = result
      const isNews =
        disableWebhook === null ? announce.length > 0 : await this.#disable(session, result, disableWebhook)
      if (isNews) news.push(result)
    }
    const inserts = news.map(({ lease: { workspaceId }, announce }) => ({ workspaceId, events: announce }))
    await this.#dependencies.inserter.insert(session, inserts, batch)
    const envelopes = envelopesOf(
      batch.leased,
      inserts.flatMap(({ workspaceId, events }) =>
        events.map(({ id, envelope }) => ({ workspaceId, eventId: id, envelope })),
      ),
    )
    return batch.leased.map((delivery, nth) => {
      const envelope = envelopes[nth] ?? ''
      return { ...delivery, envelope, envelopeBytes: envelope.length }
    })
  }

  /** Several results of one batch may want the webhook off: it is disabled, and that is announced, once. */
  #disable(session: Session, { lease, webhookId, attempt }: AttemptResult, reason: DisabledReason): Promise<boolean> {
    return this.#dependencies.disable.run(session, lease.workspaceId, webhookId, reason, endOf(attempt))
  }
}

function queuedAt({ lease: { workspaceId }, webhookId, status, nextAttemptAt, isPulled }: AttemptResult) {
  return { workspaceId, webhookId, dueAt: status === 'queued' && !isPulled ? nextAttemptAt : null }
}

/** By the index of the result: those that were written, with the call in which they are kept in order. */
type EndedCalls = ReadonlyMap<number, string | null>

async function endAttempts(session: Session, results: readonly AttemptResult[]): Promise<EndedCalls> {
  const indexes = indexesOfFirst(results)
  const ending = indexes === undefined ? results : indexes.flatMap((index) => results[index] ?? [])
  const calls = await session.all(END_ATTEMPTS, ...attemptColumns(ending), placesOf(ending))
  const ended = new Map<number, string | null>()
  for (const { orderKey, nths } of calls) {
    for (const nth of nths) ended.set(indexes?.[nth - 1] ?? nth - 1, orderKey)
  }
  return ended
}

/** The same result twice counts once: the first one. `undefined`: none is there twice, as nearly always. */
function indexesOfFirst(results: readonly AttemptResult[]): readonly number[] | undefined {
  if (new Set(results.map(({ lease }) => lease.id)).size === results.length) return undefined
  const first = new Map<string, number>()
  for (const [index, { lease }] of results.entries()) {
    const key = `${lease.id} ${lease.leaseToken}`
    if (!first.has(key)) first.set(key, index)
  }
  return [...first.values()]
}

function writeHealth(session: Session, written: readonly AttemptResult[]): Promise<void> {
  const health = new WebhookHealthBatch()
  for (const result of written) health.add(result, endOf(result.attempt))
  return writeWebhookHealth(session, health)
}

function attemptColumns(results: readonly AttemptResult[]) {
  return columnsOf(
    results,
    ({ lease }) => lease.workspaceId,
    ({ lease }) => lease.place,
    ({ lease }) => lease.id,
    ({ lease }) => lease.leaseToken,
    ({ webhookId }) => webhookId,
    ({ status }) => status,
    ({ nextAttemptAt }) => nextAttemptAt,
    ({ countsForSchedule }) => (countsForSchedule ? 1 : 0),
    ({ attempt }) => endOf(attempt),
    ({ attempt }) => attempt.number,
    ({ attempt }) => attempt.trigger,
    ({ attempt }) => attempt.startedAt,
    ({ attempt }) => attempt.durationMs,
    ({ attempt }) => attempt.outcome,
    ({ attempt }) => attempt.responseStatus,
    ({ attempt }) => attempt.remoteAddress,
    ({ attempt }) => withoutNul(attempt.error),
    ({ attempt }) => attempt.timings,
    ({ attempt }) => attempt.requestHeaders,
    ({ attempt }) => attempt.responseHeaders,
    ({ attempt }) => withoutNul(attempt.responseBody),
    ({ lease, attempt, status, nextAttemptAt }) =>
      JSON.stringify(
        entryOf({
          place: changePlace(lease.id, lease.place),
          status,
          attempts: attempt.number,
          nextAttemptAt,
          updatedAt: endOf(attempt),
        }),
      ),
  )
}

/** Durations are measured in fractions, times are whole milliseconds. */
function endOf({ startedAt, durationMs }: AttemptRecord): number {
  return Math.round(startedAt + durationMs)
}
