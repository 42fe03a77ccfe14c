// Owns the claim: which due deliveries this node takes next, fairly between webhooks (DESIGN §2.4).
// Must never read more due rows of a webhook than it takes, however many there are.
import type { DatabaseSync } from 'node:sqlite'
import { interleave } from '../../shared/interleave.ts'
import { LeaseBudget } from '../../shared/lease-budget.ts'
import { CLAIMED_ENVELOPE_BYTES_MAX, type ClaimedDelivery, type LeaseOffer } from '../../storage.ts'
import { prepare, type Statement } from '../connection/statement.ts'
import { inTransaction } from '../connection/transaction.ts'
import { WebhookIds } from '../schema/webhook-ids.ts'
import { DueWebhooks } from './due-webhooks.ts'

export const DUE_OF_WEBHOOK = `
SELECT d.seq, w.workspace_id AS workspaceId, d.id, w.id AS webhookId, w.version AS webhookVersion, e.id AS eventId,
  d.event_key AS eventKey, d.order_key AS orderKey, d.created_at AS createdAt, d.attempts,
  d.scheduled_attempts AS scheduledAttempts, d."trigger", d.succeeded_at AS succeededAt, octet_length(e.body) AS envelopeBytes,
  CASE WHEN octet_length(e.body) <= ${CLAIMED_ENVELOPE_BYTES_MAX} THEN e.body END AS envelope
FROM delivery_rows d INDEXED BY delivery_rows_due
  CROSS JOIN ids h ON h.number = d.webhook
  CROSS JOIN webhooks w ON w.id = h.id
  CROSS JOIN event_rows e ON e.seq = d.event_seq
WHERE d.status = 'queued' AND d.webhook = ? AND d.next_attempt_at <= ?
ORDER BY d.next_attempt_at, d.seq LIMIT ?`

const LEASE = `
UPDATE delivery_rows SET status = 'sending', next_attempt_at = NULL, awaits_turn = 0, lease_token = ?, lease_until = ?,
  updated_at = ? WHERE seq = ?`

const ACTIVE_WEBHOOK = `
SELECT workspace_id AS workspaceId FROM webhooks WHERE id = ? AND kind = 'push' AND is_active = 1 AND deleted_at IS NULL`

type DueRow = Omit<ClaimedDelivery, 'leaseToken' | 'place' | 'succeededBefore'> & {
  readonly seq: number
  readonly succeededAt: number | null
}

interface Share {
  readonly workspaceId: string
  readonly webhookId: string
  /** Its number. */
  readonly webhook: number
  readonly claimed: ClaimedDelivery[]
}

interface Shares {
  readonly shares: readonly Share[]
  /** Numbers of webhooks that were thought to have something due and are not active. */
  readonly inactive: readonly number[]
}

export class ClaimDue {
  readonly #db: DatabaseSync
  readonly #due: DueWebhooks
  readonly #ids: WebhookIds
  readonly #activeWebhook: Statement<{ readonly workspaceId: string }>
  readonly #dueOfWebhook: Statement<DueRow>
  readonly #lease: Statement<never>
  /** The webhook that was served last: the next claim begins after it, so that many webhooks take turns. */
  #servedLast = 0

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#due = new DueWebhooks(db)
    this.#ids = new WebhookIds(db)
    this.#activeWebhook = prepare(db, ACTIVE_WEBHOOK)
    this.#dueOfWebhook = prepare(db, DUE_OF_WEBHOOK)
    this.#lease = prepare(db, LEASE)
  }

  /** See HotStorage.claimDue. */
  run(offer: LeaseOffer, now: number): ClaimedDelivery[] {
    const budget = new LeaseBudget(offer)
    if (budget.left === 0) return []
    const { shares, inactive } = this.#findShares(budget, now)
    // Nothing due is the common case, and it must not cost an fsync.
    if (shares.length === 0 && inactive.length === 0) return []
    this.#servedLast = shares.at(-1)?.webhook ?? this.#servedLast
    inTransaction(this.#db, () => {
      this.#fill(shares, budget, now)
      for (const webhook of inactive) this.#due.settle(webhook)
      for (const { webhook } of shares) this.#due.settle(webhook)
    })
    return interleave(shares.map(({ claimed }) => claimed))
  }

  /** Webhooks with capacity and something due: all of them, or as many as the limit can give one delivery each. */
  #findShares(budget: LeaseBudget, now: number): Shares {
    const shares: Share[] = []
    const inactive: number[] = []
    for (const webhook of this.#due.after(this.#servedLast, now)) {
      const webhookId = this.#ids.of(webhook)
      if (budget.isFull(webhookId)) continue
      const workspaceId = this.#activeWebhook.get(webhookId)?.workspaceId
      if (workspaceId === undefined) inactive.push(webhook)
      else if (budget.capacity(workspaceId, webhookId) > 0)
        shares.push({ workspaceId, webhookId, webhook, claimed: [] })
      if (shares.length === budget.left) break
    }
    return { shares, inactive }
  }

  /** Deals out what is left in equal shares, again and again, until it is used up or nobody wants more. */
  #fill(shares: readonly Share[], budget: LeaseBudget, now: number): void {
    let unsatisfied = shares
    while (unsatisfied.length > 0 && budget.left > 0) {
      const portion = Math.max(Math.floor(budget.left / unsatisfied.length), 1)
      unsatisfied = unsatisfied.filter((share) => {
        const wanted = Math.min(portion, budget.capacity(share.workspaceId, share.webhookId))
        const got = wanted === 0 ? 0 : this.#claim(share, wanted, budget, now)
        return got === portion
      })
    }
  }

  #claim({ workspaceId, webhookId, webhook, claimed }: Share, count: number, budget: LeaseBudget, now: number): number {
    const rows = this.#dueOfWebhook.all(webhook, now, count)
    for (const { seq, succeededAt, ...row } of rows) {
      this.#lease.run(budget.token, budget.until, now, seq)
      claimed.push({ ...row, succeededBefore: succeededAt !== null, leaseToken: budget.token, place: seq })
    }
    budget.take(workspaceId, webhookId, rows.length)
    return rows.length
  }
}
