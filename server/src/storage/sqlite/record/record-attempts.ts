// Owns the recording transaction: how attempts ended, and everything that follows from it, with one fsync.
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../../platform/clock.ts'
import { ORDER_HOLD_MS } from '../../shared/order-hold.ts'
import { WebhookHealthBatch } from '../../shared/webhook-health-batch.ts'
import type { AttemptRecord, AttemptResult, ClaimedDelivery, LeaseOffer, RecordAttemptsResult } from '../../storage.ts'
import { type EventInserter, InsertBatch } from '../accept/insert-events.ts'
import { CallOrder } from '../claim/call-order.ts'
import { REMOVE_PULL_LEASE } from '../claim/pull-leases.ts'
import { prepare, type Statement } from '../connection/statement.ts'
import { inTransaction } from '../connection/transaction.ts'
import { IdNumbers } from '../schema/id-numbers.ts'
import { type ChangeLog, changePlace } from './change-log.ts'
import type { DisableWebhook } from './disable-webhook.ts'
import { WriteWebhookHealth } from './write-webhook-health.ts'

const OF_THE_LEASE = `WHERE seq = ?1 AND workspace = ?2 AND lease_token = ?3 AND webhook = ?4`
const IN_ANY_CASE = `
  updated_at = ?5, attempts = attempts + 1, scheduled_attempts = scheduled_attempts + ?6, lease_token = NULL,
  lease_until = NULL, last_error = ?7, response_status = ?8`

/**
 * The lease token is the fence: a result of an older lease changes nothing. What is leased has no next_attempt_at, which is not
 * named here: the trigger that watches it would run.
 */
const END_WITH_SUCCESS = `
UPDATE delivery_rows SET ${IN_ANY_CASE}, status = 'success', succeeded_at = ?5
${OF_THE_LEASE}`

const END_OTHERWISE = `
UPDATE delivery_rows SET ${IN_ANY_CASE}, status = ?9, next_attempt_at = ?10,
  held_until = CASE WHEN order_key IS NOT NULL AND held_until IS NULL AND "trigger" IN ('automatic', 'replay') AND ?9 = 'queued'
    THEN ?5 + ${ORDER_HOLD_MS} ELSE held_until END,
  "trigger" = CASE ?9 WHEN 'queued' THEN 'automatic' ELSE "trigger" END
${OF_THE_LEASE}`

const INSERT_ATTEMPT = `
INSERT INTO attempt_rows (delivery_seq, number, "trigger", started_at, duration_ms, outcome, response_status,
  remote_address, error, timings, request_headers, response_headers, response_body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

interface RecordBatch {
  readonly inserts: InsertBatch
  readonly health: WebhookHealthBatch
  /** Results whose announcements are to be made. */
  readonly announced: AttemptResult[]
}

export interface RecordAttemptsOptions {
  readonly db: DatabaseSync
  readonly clock: Clock
  readonly inserter: EventInserter
  readonly disable: DisableWebhook
  readonly changes: ChangeLog
}

export class RecordAttempts {
  readonly #db: DatabaseSync
  readonly #clock: Clock
  readonly #inserter: EventInserter
  readonly #numbers: IdNumbers
  readonly #order: CallOrder
  readonly #endWithSuccess: Statement<never>
  readonly #endOtherwise: Statement<never>
  readonly #insertAttempt: Statement<never>
  readonly #removePullLease: Statement<never>
  readonly #disable: DisableWebhook
  readonly #writeHealth: WriteWebhookHealth
  readonly #changes: ChangeLog

  constructor({ db, clock, inserter, disable, changes }: RecordAttemptsOptions) {
    this.#db = db
    this.#clock = clock
    this.#inserter = inserter
    this.#numbers = new IdNumbers(db)
    this.#order = new CallOrder(db)
    this.#endWithSuccess = prepare(db, END_WITH_SUCCESS)
    this.#endOtherwise = prepare(db, END_OTHERWISE)
    this.#insertAttempt = prepare(db, INSERT_ATTEMPT)
    this.#removePullLease = prepare(db, REMOVE_PULL_LEASE)
    this.#disable = disable
    this.#changes = changes
    this.#writeHealth = new WriteWebhookHealth(db)
  }

  /** See HotStorage.recordAttempts. `overflow` also counts deliveries of a call whose turn has come. */
  run(results: readonly AttemptResult[], offer: LeaseOffer): RecordAttemptsResult {
    return inTransaction(this.#db, () => {
      const inserts = new InsertBatch(offer)
      const batch: RecordBatch = { inserts, health: new WebhookHealthBatch(), announced: [] }
      const written = results.map((result) => this.#write(result, batch))
      this.#writeHealth.run(batch.health)
      // Last: an announcement must not go to a webhook that this very batch has disabled.
      const leased = batch.announced.flatMap((result) => this.#announce(result, inserts))
      this.#changes.write(inserts.changes, this.#clock.now())
      return { written, leased, overflow: inserts.overflow, pulled: [...inserts.pulled] }
    })
  }

  #write(result: AttemptResult, batch: RecordBatch): boolean {
    const { lease, attempt, status, webhookId } = result
    const endedAt = endOf(attempt)
    const inAnyCase = [
      lease.place,
      this.#numbers.find(lease.workspaceId),
      lease.leaseToken,
      // Its call may have been erased and its webhook deleted while it was under way: then there is no row to be found.
      this.#numbers.find(webhookId),
      endedAt,
      result.countsForSchedule ? 1 : 0,
      attempt.error,
      attempt.responseStatus,
    ] as const
    // Not RETURNING: it costs two thirds of the UPDATE again.
    const { changes } =
      status === 'success'
        ? this.#endWithSuccess.run(...inAnyCase)
        : this.#endOtherwise.run(...inAnyCase, status, result.nextAttemptAt)
    if (changes === 0) return false
    this.#writeAttempt(lease.place, attempt)
    if (result.isPulled) this.#endPullLease(lease.place, webhookId, batch)
    batch.health.add(result, endedAt)
    batch.inserts.changes.add(lease.workspaceId, {
      place: changePlace(lease.place, lease.id),
      status,
      attempts: attempt.number,
      nextAttemptAt: result.nextAttemptAt,
      updatedAt: endedAt,
    })
    if (this.#isNews(result, endedAt)) batch.announced.push(result)
    this.#advanceCall(result, batch)
    return true
  }

  /** Several results of one batch may want the webhook off: it is disabled, and that is announced, once. */
  #isNews({ disableWebhook, lease, webhookId, announce }: AttemptResult, endedAt: number): boolean {
    if (disableWebhook === null) return announce.length > 0
    return this.#disable.run(lease.workspaceId, webhookId, disableWebhook, endedAt)
  }

  #advanceCall({ lease, webhookId, isPulled }: AttemptResult, { inserts }: RecordBatch): void {
    const { workspaceId, orderKey } = lease
    if (orderKey === null) return
    const due = this.#order.advance({ workspaceId, webhookId, orderKey }, this.#clock.now())
    if (!isPulled) inserts.overflow += due
  }

  /** There is capacity for another lease of the webhook; and a later delivery of the call may have its turn. */
  #endPullLease(seq: number, webhookId: string, { inserts }: RecordBatch): void {
    this.#removePullLease.run(seq)
    inserts.pulled.add(webhookId)
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
      return batch.leased
        .slice(before)
        .map((delivery) => ({ ...delivery, envelope: event.envelope, envelopeBytes: event.envelope.length }))
    })
  }
}

/** Durations are measured in fractions, times are whole milliseconds. */
function endOf({ startedAt, durationMs }: AttemptRecord): number {
  return Math.round(startedAt + durationMs)
}
