// Owns the claim: which due deliveries this node takes next, fairly between webhooks (DESIGN §2.4).
// Must never read more due rows of a webhook than it takes, however many there are, nor wait for another node's claim.
import type { Pool } from 'pg'
import { interleave } from '../../shared/interleave.ts'
import { LeaseBudget } from '../../shared/lease-budget.ts'
import { CLAIMED_ENVELOPE_BYTES_MAX, type ClaimedDelivery, type LeaseOffer } from '../../storage.ts'
import { LEASES_NOTED, NOTE_LEASES } from '../nodes/leases.ts'
import { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'
import { inTransaction } from '../wire/transaction.ts'
import { activeWebhook, MERGE_MARKS, settleMarks, type WebhookKey } from './due-marks.ts'

/**
 * Of those that have capacity, between two keys. What has a mark is due, or its mark will be corrected. Materialized, and in the order
 * of the time: else the planner may read all marks in the order of webhooks.
 */
export const DUE_WEBHOOKS = statement<WebhookKey>(
  'due_webhooks',
  `WITH marks AS MATERIALIZED (
  SELECT m.workspace_id, m.webhook_id FROM due_marks m WHERE m.due_at <= $3 ORDER BY m.due_at)
SELECT due.workspace_id AS "workspaceId", due.webhook_id AS "webhookId" FROM (
  SELECT DISTINCT workspace_id, webhook_id FROM marks
  WHERE webhook_id <> ALL ($4::text[]) AND (workspace_id, webhook_id) > ($1, $2)
    AND ($6::text IS NULL OR (workspace_id, webhook_id) <= ($6, $7))) due
  CROSS JOIN LATERAL (${activeWebhook('due')}) w
ORDER BY 1, 2 LIMIT $5`,
)

type DueRow = Omit<ClaimedDelivery, 'leaseToken' | 'place' | 'succeededBefore'> & {
  readonly seq: number
  readonly day: number
  readonly dueAt: number
  readonly succeededAt: number | null
}

/** A row that another node is claiming is passed over. */
export const CLAIM = statement<DueRow>(
  'claim',
  `WITH due AS MATERIALIZED (
  SELECT d.workspace_id, d.day, d.id, d.webhook_id, d.event_seq, d.next_attempt_at
  FROM unnest($1::text[], $2::text[], $3::int[]) AS wanted (workspace_id, webhook_id, count) CROSS JOIN LATERAL (
    SELECT * FROM deliveries d
    WHERE d.status = 'queued' AND d.next_attempt_at IS NOT NULL AND d.workspace_id = wanted.workspace_id
      AND d.webhook_id = wanted.webhook_id AND d.next_attempt_at <= $4
    ORDER BY d.next_attempt_at, d.seq LIMIT wanted.count FOR UPDATE SKIP LOCKED) d),
noted AS (${NOTE_LEASES} $5::text, $7::text, $6::bigint, min(day), max(day) FROM due HAVING count(*) > 0 ${LEASES_NOTED})
UPDATE deliveries u SET status = 'sending', next_attempt_at = NULL, awaits_turn = 0, lease_token = $5, lease_until = $6,
  lease_node = $7, updated_at = $4
FROM due JOIN webhooks w ON w.workspace_id = due.workspace_id AND w.id = due.webhook_id
  JOIN events e ON e.workspace_id = due.workspace_id AND e.day = due.day AND e.seq = due.event_seq
WHERE u.workspace_id = due.workspace_id AND u.day = due.day AND u.id = due.id
RETURNING u.seq, u.day, due.next_attempt_at AS "dueAt", u.workspace_id AS "workspaceId", u.id, u.webhook_id AS "webhookId",
  w.version AS "webhookVersion", u.event_id AS "eventId", u.event_key AS "eventKey", u.order_key AS "orderKey",
  u.created_at AS "createdAt", u.attempts, u.scheduled_attempts AS "scheduledAttempts", u."trigger",
  u.succeeded_at AS "succeededAt", octet_length(e.body) AS "envelopeBytes",
  CASE WHEN octet_length(e.body) <= ${CLAIMED_ENVELOPE_BYTES_MAX} THEN e.body END AS envelope`,
)

interface Share extends WebhookKey {
  readonly claimed: ClaimedDelivery[]
}

/** So often the marks of webhooks that nobody has capacity for are looked after. */
const MERGE_EVERY_MS = 1000

const NOBODY: WebhookKey = { workspaceId: '', webhookId: '' }

export class ClaimDue {
  readonly #pool: Pool
  readonly #node: string
  /** The webhook that was served last: the next claim begins after it, so that many webhooks take turns. */
  #servedLast = NOBODY
  #mergedAt = Number.NEGATIVE_INFINITY

  constructor(pool: Pool, node: string) {
    this.#pool = pool
    this.#node = node
  }

  /** See HotStorage.claimDue. */
  async run(offer: LeaseOffer, now: number): Promise<ClaimedDelivery[]> {
    if (offer.limit <= 0) return []
    await this.#mergeMarks(now)
    const webhooks = await this.#findWebhooks(offer, now)
    const last = webhooks.at(-1)
    // Nothing due is the common case, and it must not cost a transaction.
    if (last === undefined) return []
    this.#servedLast = last
    return inTransaction(this.#pool, async (session) => {
      const shares = webhooks.map((webhook) => ({ ...webhook, claimed: [] }))
      await this.#fill(session, shares, new LeaseBudget(offer), now)
      await settleMarks(session, shares)
      return interleave(shares.map(({ claimed }) => claimed))
    })
  }

  /** A webhook without capacity gets a mark with each commit that queues more for it. */
  async #mergeMarks(now: number): Promise<void> {
    if (Math.abs(now - this.#mergedAt) < MERGE_EVERY_MS) return
    this.#mergedAt = now
    await new Session(this.#pool).run(MERGE_MARKS, now)
  }

  /** Webhooks with capacity and something due: all of them, or as many as the limit can give one delivery each. */
  async #findWebhooks({ limit, capacity, capacityDefault }: LeaseOffer, now: number): Promise<WebhookKey[]> {
    if (capacityDefault <= 0 && capacity.every(([, left]) => left <= 0)) return []
    const full = capacity.filter(([, left]) => left <= 0).map(([id]) => id)
    const session = new Session(this.#pool)
    const find = (after: WebhookKey, upTo: WebhookKey | null, count: number) =>
      session.all(DUE_WEBHOOKS, ...keyOf(after), now, full, count, ...(upTo === null ? [null, null] : keyOf(upTo)))
    const start = this.#servedLast
    const found = await find(start, null, limit)
    if (start === NOBODY || found.length >= limit) return found
    return [...found, ...(await find(NOBODY, start, limit - found.length))]
  }

  /** Deals out what is left in equal shares, again and again, until it is used up or nobody wants more. */
  async #fill(session: Session, shares: readonly Share[], budget: LeaseBudget, now: number): Promise<void> {
    let unsatisfied = shares
    while (unsatisfied.length > 0 && budget.left > 0) {
      const portion = Math.max(Math.floor(budget.left / unsatisfied.length), 1)
      // What is planned counts for the others of its workspace; what is got may be less.
      const plan = budget.copy()
      const wanted = unsatisfied.flatMap((share) => {
        const count = Math.min(portion, plan.capacity(share.workspaceId, share.webhookId))
        if (count > 0) plan.take(share.workspaceId, share.webhookId, count)
        return count > 0 ? [{ share, count }] : []
      })
      if (wanted.length === 0) return
      const before = wanted.map(({ share }) => share.claimed.length)
      await this.#claim(session, wanted, budget, now)
      unsatisfied = wanted
        .filter(({ share }, index) => share.claimed.length - (before[index] ?? 0) === portion)
        .map(({ share }) => share)
    }
  }

  async #claim(
    session: Session,
    wanted: readonly { readonly share: Share; readonly count: number }[],
    budget: LeaseBudget,
    now: number,
  ): Promise<void> {
    const rows = await session.all(
      CLAIM,
      wanted.map(({ share }) => share.workspaceId),
      wanted.map(({ share }) => share.webhookId),
      wanted.map(({ count }) => count),
      now,
      budget.token,
      budget.until,
      this.#node,
    )
    const shares = new Map(wanted.map(({ share }) => [share.webhookId, share]))
    for (const { seq: _, day, dueAt: __, succeededAt, ...row } of rows.toSorted(byAge)) {
      const delivery = { ...row, succeededBefore: succeededAt !== null, leaseToken: budget.token, place: day }
      shares.get(row.webhookId)?.claimed.push(delivery)
      budget.take(row.workspaceId, row.webhookId, 1)
    }
  }
}

function keyOf({ workspaceId, webhookId }: WebhookKey): [string, string] {
  return [workspaceId, webhookId]
}

function byAge(a: DueRow, b: DueRow): number {
  return a.dueAt - b.dueAt || a.seq - b.seq
}
