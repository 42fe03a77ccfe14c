// Owns what a consumer may be given next of a webhook of kind `pull`, and which webhooks have something for one. Only reads.
import type { DatabaseSync } from 'node:sqlite'
import type { PeekedDelivery, PeekRequest, PullKey, PullPeek } from '../../storage.ts'
import { prepare, type Statement } from '../connection/statement.ts'
import { PULL_WEBHOOK, type PullWebhookRow } from './pull-leases.ts'

/** Read row by row: no more envelopes than there is capacity for. */
export const DUE_PULLED = `
SELECT d.seq AS place, d.id, e.id AS eventId, d.event_key AS eventKey, d.order_key AS orderKey, d.created_at AS createdAt,
  d.attempts, d.scheduled_attempts AS scheduledAttempts, d."trigger", d.succeeded_at AS succeededAt,
  octet_length(e.body) AS envelopeBytes, e.body AS envelope
FROM delivery_rows d INDEXED BY delivery_rows_due CROSS JOIN event_rows e ON e.seq = d.event_seq
WHERE d.status = 'queued' AND d.webhook = ? AND d.next_attempt_at <= ?
ORDER BY d.next_attempt_at, d.seq LIMIT ?`

/** After those that are given: of them the first `OFFSET`. */
export const NEXT_PULLED = `
SELECT d.next_attempt_at AS dueAt FROM delivery_rows d INDEXED BY delivery_rows_due
WHERE d.status = 'queued' AND d.webhook = ? AND d.next_attempt_at IS NOT NULL
ORDER BY d.next_attempt_at, d.seq LIMIT 1 OFFSET ?`

type DueRow = Omit<
  PeekedDelivery,
  'workspaceId' | 'webhookId' | 'webhookVersion' | 'leaseToken' | 'succeededBefore'
> & {
  readonly envelopeBytes: number
  readonly succeededAt: number | null
}

const NOTHING: PullPeek = { due: [], nextDueAt: null }

export class PeekPull {
  readonly #webhook: Statement<PullWebhookRow>
  readonly #due: Statement<DueRow>
  readonly #next: Statement<{ readonly dueAt: number }>

  constructor(db: DatabaseSync) {
    this.#webhook = prepare(db, PULL_WEBHOOK)
    this.#due = prepare(db, DUE_PULLED)
    this.#next = prepare(db, NEXT_PULLED)
  }

  /** See PullStorage.peekPull. */
  run(request: PeekRequest, now: number): PullPeek {
    const webhook = this.#webhook.get(request.webhookId, request.workspaceId)
    if (webhook === undefined) return NOTHING
    const limit = Math.min(request.limit, request.leasesMax - webhook.open)
    const due = limit > 0 ? this.#read(request, webhook, limit, now) : []
    return { due, nextDueAt: this.#next.get(webhook.number, due.length)?.dueAt ?? null }
  }

  /** See PullStorage.listDuePulls. */
  listDue(webhooks: readonly PullKey[], now: number): string[] {
    return webhooks.flatMap(({ workspaceId, webhookId }) => {
      const webhook = this.#webhook.get(webhookId, workspaceId)
      const dueAt = webhook && this.#next.get(webhook.number, 0)?.dueAt
      return dueAt !== undefined && dueAt <= now ? [webhookId] : []
    })
  }

  #read(
    { workspaceId, webhookId, envelopeBytesMax }: PeekRequest,
    { number, version }: PullWebhookRow,
    limit: number,
    now: number,
  ): PeekedDelivery[] {
    const due: PeekedDelivery[] = []
    let bytes = 0
    for (const { envelopeBytes, succeededAt, ...row } of this.#due.iterate(number, now, limit)) {
      bytes += envelopeBytes
      if (due.length > 0 && bytes > envelopeBytesMax) break
      const ofWebhook = { workspaceId, webhookId, webhookVersion: version }
      due.push({ ...row, ...ofWebhook, succeededBefore: succeededAt !== null, leaseToken: '' })
    }
    return due
  }
}
