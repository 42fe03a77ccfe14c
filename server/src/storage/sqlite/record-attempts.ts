// Owns the recording transaction: how attempts ended, and everything that follows from it, with one fsync.
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../platform/clock.ts'
import { ORDER_HOLD_MS } from '../order-hold.ts'
import type { AttemptRecord, AttemptResult, ClaimedDelivery, LeaseOffer, RecordAnswer } from '../storage.ts'
import { WebhookHealthBatch } from '../webhook-health-batch.ts'
import { CallOrder } from './call-order.ts'
import type { DisableWebhook } from './disable-webhook.ts'
import { IdNumbers } from './id-numbers.ts'
import { type EventInserter, InsertBatch } from './insert-events.ts'
import { prepare, type Statement } from './statement.ts'
import { inTransaction } from './transaction.ts'
import { WriteWebhookHealth } from './write-webhook-health.ts'

/** The lease token is the fence: a result of an older lease changes nothing. */
export const END_ATTEMPT = `
UPDATE delivery_rows SET
  status = ?5, next_attempt_at = ?6, updated_at = ?4, attempts = attempts + 1,
  scheduled_attempts = scheduled_attempts + ?7, lease_token = NULL, lease_until = NULL,
  last_error = ?8, response_status = ?9,
  succeeded_at = CASE ?5 WHEN 'success' THEN ?4 ELSE succeeded_at END,
  held_until = CASE WHEN order_key IS NOT NULL AND held_until IS NULL AND "trigger" IN ('automatic', 'replay') AND ?5 = 'queued'
    THEN ?4 + ${ORDER_HOLD_MS} ELSE held_until END,
  "trigger" = CASE ?5 WHEN 'queued' THEN 'automatic' ELSE "trigger" END
WHERE seq = ?1 AND workspace = ?2 AND lease_token = ?3 AND webhook = ?10`

const INSERT_ATTEMPT = `
INSERT INTO attempt_rows (delivery_seq, number, "trigger", started_at, duration_ms, outcome, response_status,
  remote_address, error, timings, request_headers, response_headers, response_body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

interface RecordBatch {
  readonly inserts: InsertBatch
  readonly health: WebhookHealthBatch
  /** Results whose announcements are to be made. */
  readonly announced: AttemptResult[]
  /** By webhook: whether it has unfinished deliveries that are kept in order. Asked once per batch. */
  readonly keepsOrder: Map<string, boolean>
}

export interface RecordAttemptsOptions {
  readonly db: DatabaseSync
  readonly clock: Clock
  readonly inserter: EventInserter
  readonly disable: DisableWebhook
}

export class RecordAttempts {
  readonly #db: DatabaseSync
  readonly #clock: Clock
  readonly #inserter: EventInserter
  readonly #numbers: IdNumbers
  readonly #order: CallOrder
  readonly #endAttempt: Statement<never>
  readonly #insertAttempt: Statement<never>
  readonly #disable: DisableWebhook
  readonly #writeHealth: WriteWebhookHealth

  constructor({ db, clock, inserter, disable }: RecordAttemptsOptions) {
    this.#db = db
    this.#clock = clock
    this.#inserter = inserter
    this.#numbers = new IdNumbers(db)
    this.#order = new CallOrder(db)
    this.#endAttempt = prepare(db, END_ATTEMPT)
    this.#insertAttempt = prepare(db, INSERT_ATTEMPT)
    this.#disable = disable
    this.#writeHealth = new WriteWebhookHealth(db)
  }

  /** See HotStorage.recordAttempts. `overflow` also counts deliveries of a call whose turn has come. */
  run(results: readonly AttemptResult[], offer: LeaseOffer): RecordAnswer {
    return inTransaction(this.#db, () => {
      const inserts = new InsertBatch(offer)
      const batch: RecordBatch = { inserts, health: new WebhookHealthBatch(), announced: [], keepsOrder: new Map() }
      const written = results.map((result) => this.#write(result, batch))
      this.#writeHealth.run(batch.health)
      // Last: an announcement must not go to a webhook that this very batch has switched off.
      const leased = batch.announced.flatMap((result) => this.#announce(result, inserts))
      return { written, leased, overflow: inserts.overflow }
    })
  }

  #write(result: AttemptResult, batch: RecordBatch): boolean {
    const { lease, attempt, status, webhookId } = result
    const { workspaceId, place } = lease
    const endedAt = endOf(attempt)
    // Not RETURNING: it costs two thirds of the UPDATE again.
    const { changes } = this.#endAttempt.run(
      place,
      this.#numbers.of(workspaceId),
      lease.leaseToken,
      endedAt,
      status,
      result.nextAttemptAt,
      result.countsForSchedule ? 1 : 0,
      attempt.error,
      attempt.responseStatus,
      this.#numbers.of(webhookId),
    )
    if (changes === 0) return false
    this.#writeAttempt(place, attempt)
    batch.health.add(webhookId, status, attempt.error === null, endedAt)
    if (this.#isNews(result, endedAt)) batch.announced.push(result)
    this.#advanceCall(result, batch)
    return true
  }

  /** Several results of one batch may want the webhook off: it is switched off, and that is announced, once. */
  #isNews({ disableWebhook, lease, webhookId, announce }: AttemptResult, endedAt: number): boolean {
    if (disableWebhook === null) return announce.length > 0
    return this.#disable.run(lease.workspaceId, webhookId, disableWebhook, endedAt)
  }

  #advanceCall({ lease, webhookId }: AttemptResult, { inserts, keepsOrder }: RecordBatch): void {
    const { workspaceId, place } = lease
    let isNeeded = keepsOrder.get(webhookId)
    if (isNeeded === undefined) {
      isNeeded = this.#order.isNeededBy(workspaceId, webhookId)
      keepsOrder.set(webhookId, isNeeded)
    }
    const orderKey = isNeeded ? this.#order.orderKeyOf(place) : null
    if (orderKey === null) return
    inserts.overflow += this.#order.advance({ workspaceId, webhookId, orderKey }, this.#clock.now())
  }

  #writeAttempt(seq: number, attempt: AttemptRecord): void {
    this.#insertAttempt.run(
      seq,
      attempt.number,
      attempt.trigger,
      attempt.startedAt,
      attempt.durationMs,
      attempt.outcome,
      attempt.responseStatus,
      attempt.remoteAddress,
      attempt.error,
      attempt.timings,
      attempt.requestHeaders,
      attempt.responseHeaders,
      attempt.responseBody,
    )
  }

  #announce({ announce, lease }: AttemptResult, batch: InsertBatch): ClaimedDelivery[] {
    return announce.flatMap((event) => {
      const before = batch.leased.length
      this.#inserter.insert(lease.workspaceId, event, batch)
      return batch.leased.slice(before).map((delivery) => ({ ...delivery, body: event.body }))
    })
  }
}

/** Durations are measured in fractions, times are whole milliseconds. */
function endOf({ startedAt, durationMs }: AttemptRecord): number {
  return Math.round(startedAt + durationMs)
}
