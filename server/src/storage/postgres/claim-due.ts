// Owns the claim: which due deliveries this node takes next, fairly between webhooks (DESIGN §2.4).
// Must never read more due rows of a webhook than it takes, however many there are, nor wait for another node's claim.
import type { Pool } from 'pg'
import { LeaseBudget } from '../lease-budget.ts'
import type { ClaimedDelivery, LeaseOffer } from '../storage.ts'
import { HeldDays } from './held-days.ts'
import { LEASES_NOTED, NOTE_LEASES } from './leases.ts'
import { Session } from './session.ts'
import { statement } from './statement.ts'
import { inTransaction } from './transaction.ts'

/** Webhooks that have queued deliveries, one seek in the index of due rows each, after a given id and in order of id. */
export const QUEUED_WEBHOOKS = `
WITH RECURSIVE queued (webhook_id) AS (
  (SELECT webhook_id FROM deliveries
    WHERE status = 'queued' AND next_attempt_at IS NOT NULL AND webhook_id > $1 ORDER BY webhook_id LIMIT 1)
  UNION ALL
  SELECT (SELECT d.webhook_id FROM deliveries d
    WHERE d.status = 'queued' AND d.next_attempt_at IS NOT NULL AND d.webhook_id > queued.webhook_id
    ORDER BY d.webhook_id LIMIT 1)
  FROM queued WHERE queued.webhook_id IS NOT NULL
)`

/** Each OFFSET 0 keeps the planner from turning the walk around: the webhooks come in order of id, and no further than asked for. */
export const DUE_WEBHOOKS = statement<{ readonly id: string }>(
  'due_webhooks',
  `${QUEUED_WEBHOOKS}
SELECT w.id FROM queued CROSS JOIN LATERAL (
  SELECT w.id FROM webhooks w WHERE w.id = queued.webhook_id AND w.is_active = 1 AND w.deleted_at IS NULL OFFSET 0) w
WHERE w.id <> ALL ($3::text[]) AND ($5::text IS NULL OR w.id <= $5) AND EXISTS (
  SELECT 1 FROM deliveries d
  WHERE d.status = 'queued' AND d.next_attempt_at IS NOT NULL AND d.webhook_id = w.id AND d.next_attempt_at <= $2 OFFSET 0)
LIMIT $4`,
)

type DueRow = Omit<ClaimedDelivery, 'leaseToken' | 'succeededBefore'> & {
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
  FROM unnest($1::text[], $2::int[]) AS wanted (webhook_id, count) CROSS JOIN LATERAL (
    SELECT * FROM deliveries d
    WHERE d.status = 'queued' AND d.next_attempt_at IS NOT NULL AND d.webhook_id = wanted.webhook_id
      AND d.next_attempt_at <= $3
    ORDER BY d.next_attempt_at, d.seq LIMIT wanted.count FOR UPDATE SKIP LOCKED) d),
noted AS (${NOTE_LEASES} $4::text, $6::text, $5::bigint WHERE EXISTS (SELECT 1 FROM due) ${LEASES_NOTED})
UPDATE deliveries u SET status = 'sending', next_attempt_at = NULL, awaits_turn = 0, lease_token = $4, lease_until = $5,
  lease_node = $6, updated_at = $3
FROM due JOIN webhooks w ON w.workspace_id = due.workspace_id AND w.id = due.webhook_id
  JOIN events e ON e.workspace_id = due.workspace_id AND e.day = due.day AND e.seq = due.event_seq
WHERE u.workspace_id = due.workspace_id AND u.day = due.day AND u.id = due.id
RETURNING u.seq, u.day, due.next_attempt_at AS "dueAt", u.workspace_id AS "workspaceId", u.id, u.webhook_id AS "webhookId",
  w.version AS "webhookVersion", u.event_id AS "eventId", u.event_key AS "eventKey", u.order_key AS "orderKey",
  u.created_at AS "createdAt", u.attempts, u.scheduled_attempts AS "scheduledAttempts", u."trigger",
  u.succeeded_at AS "succeededAt", e.body`,
)

interface Share {
  readonly webhookId: string
  readonly claimed: ClaimedDelivery[]
}

export class ClaimDue {
  readonly #pool: Pool
  readonly #node: string
  readonly #days: HeldDays
  /** The webhook that was served last: the next claim begins after it, so that many webhooks take turns. */
  #servedLast = ''

  constructor(pool: Pool, node: string, days: HeldDays = new HeldDays()) {
    this.#pool = pool
    this.#node = node
    this.#days = days
  }

  /** See HotStorage.claimDue. */
  async run(offer: LeaseOffer, now: number): Promise<ClaimedDelivery[]> {
    if (offer.limit <= 0) return []
    const webhookIds = await this.#findWebhooks(offer, now)
    const last = webhookIds.at(-1)
    // Nothing due is the common case, and it must not cost a transaction.
    if (last === undefined) return []
    this.#servedLast = last
    return inTransaction(this.#pool, async (session) => {
      const shares = webhookIds.map((webhookId) => ({ webhookId, claimed: [] }))
      await this.#fill(session, shares, new LeaseBudget(offer), now)
      return interleave(shares.map(({ claimed }) => claimed))
    })
  }

  /** Webhooks with room and something due: all of them, or as many as the limit can give one delivery each. */
  async #findWebhooks({ limit, room, roomDefault }: LeaseOffer, now: number): Promise<string[]> {
    if (roomDefault <= 0 && room.every(([, left]) => left <= 0)) return []
    const full = room.filter(([, left]) => left <= 0).map(([id]) => id)
    const session = new Session(this.#pool)
    const find = async (after: string, upTo: string | null, count: number) =>
      (await session.all(DUE_WEBHOOKS, after, now, full, count, upTo)).map(({ id }) => id)
    const start = this.#servedLast
    const found = await find(start, null, limit)
    if (start === '' || found.length >= limit) return found
    return [...found, ...(await find('', start, limit - found.length))]
  }

  /** Deals out what is left in equal shares, again and again, until it is used up or nobody wants more. */
  async #fill(session: Session, shares: readonly Share[], budget: LeaseBudget, now: number): Promise<void> {
    let hungry = shares
    while (hungry.length > 0 && budget.left > 0) {
      const portion = Math.max(Math.floor(budget.left / hungry.length), 1)
      let left = budget.left
      const wanted = hungry.flatMap((share) => {
        const count = Math.min(portion, budget.room(share.webhookId), left)
        left -= count
        return count > 0 ? [{ share, count }] : []
      })
      if (wanted.length === 0) return
      const before = wanted.map(({ share }) => share.claimed.length)
      await this.#claim(session, wanted, budget, now)
      hungry = wanted
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
      wanted.map(({ share }) => share.webhookId),
      wanted.map(({ count }) => count),
      now,
      budget.token,
      budget.until,
      this.#node,
    )
    const shares = new Map(wanted.map(({ share }) => [share.webhookId, share]))
    for (const { seq: _, day, dueAt: __, succeededAt, ...row } of rows.toSorted(byAge)) {
      this.#days.hold({ id: row.id, leaseToken: budget.token }, day)
      const delivery = { ...row, succeededBefore: succeededAt !== null, leaseToken: budget.token }
      shares.get(row.webhookId)?.claimed.push(delivery)
      budget.take(row.webhookId, 1)
    }
  }
}

function byAge(a: DueRow, b: DueRow): number {
  return a.dueAt - b.dueAt || a.seq - b.seq
}

/** The first of each list, then the second of each. */
function interleave<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(...lists.map((list) => list.length))
  const mixed: T[] = []
  for (let index = 0; index < longest; index++) {
    for (const list of lists) {
      const item = list[index]
      if (item !== undefined) mixed.push(item)
    }
  }
  return mixed
}
