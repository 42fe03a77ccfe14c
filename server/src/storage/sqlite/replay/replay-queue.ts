// Owns what a replay does to deliveries: makes those that are not there, and makes due again those that have ended.
// Must run inside the transaction of the step.
import type { DatabaseSync } from 'node:sqlite'
import { NOTHING_OFFERED } from '../../shared/lease-budget.ts'
import type { ReplayTarget } from '../../shared/replay-target.ts'
import type { ReplayScope } from '../../storage.ts'
import { type EventInserter, InsertBatch } from '../accept/insert-events.ts'
import { prepare, type Statement } from '../connection/statement.ts'
import { type ChangeLog, changePlace } from '../record/change-log.ts'
import { COUNT_ENDS } from '../record/write-webhook-health.ts'
import type { ReplayCandidate } from './replay-walk.ts'

/** As after a manual retry: it neither waits for its turn in its call nor holds back the later ones again. */
const REQUEUE = `
UPDATE delivery_rows SET status = 'queued', "trigger" = 'replay', next_attempt_at = ?1, updated_at = ?1, awaits_turn = 0,
  held_until = 0 WHERE seq = ?2 RETURNING id, attempts`

const COUNT_DELIVERY = 'UPDATE event_rows SET delivery_count = delivery_count + 1 WHERE seq = ?'

export class ReplayQueue {
  readonly #inserter: EventInserter
  readonly #changes: ChangeLog
  readonly #requeue: Statement<{ readonly id: string; readonly attempts: number }>
  readonly #countDelivery: Statement<never>
  readonly #count: Statement<never>

  constructor(db: DatabaseSync, inserter: EventInserter, changes: ChangeLog) {
    this.#inserter = inserter
    this.#changes = changes
    this.#requeue = prepare(db, REQUEUE)
    this.#countDelivery = prepare(db, COUNT_DELIVERY)
    this.#count = prepare(db, COUNT_ENDS)
  }

  add({ workspaceId, webhookId }: ReplayScope, target: ReplayTarget, found: readonly ReplayCandidate[], now: number) {
    const batch = new InsertBatch(NOTHING_OFFERED)
    const ended = { success: 0, failed: 0 }
    for (const { eventSeq, eventId, type, callId, delivery } of found) {
      if (delivery === null) {
        const event = { seq: eventSeq, id: eventId, type, callId, acceptedAt: now }
        this.#inserter.insertDelivery(workspaceId, event, target.matchFor(type), 'replay', batch)
        this.#countDelivery.run(eventSeq)
      } else {
        this.#makeDue(workspaceId, delivery.seq, batch, now)
        ended[delivery.status]++
      }
    }
    // The counters of a webhook are the number of its deliveries that have ended: these no longer have.
    if (ended.success + ended.failed > 0) this.#count.run(workspaceId, webhookId, -ended.success, -ended.failed, null)
    this.#changes.write(batch.changes, now)
  }

  #makeDue(workspaceId: string, seq: number, { changes }: InsertBatch, now: number): void {
    const row = this.#requeue.get(now, seq)
    if (row === undefined) return
    const place = changePlace(seq, row.id)
    changes.add(workspaceId, { place, status: 'queued', attempts: row.attempts, nextAttemptAt: now, updatedAt: now })
  }
}
