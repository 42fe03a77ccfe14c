// Owns the leases of consumers (table `pull_leases`): making, listing, extending and ending them.
// Must never have a lease without its delivery being sent under the same token, nor the other way round: both change together.
//
// The delivery itself has the token, which fences results, and neither an end nor a node: so no rescue takes it back.
import type { Pool } from 'pg'
import type {
  DeliveryLease,
  EndedPullLeases,
  LeasedDelivery,
  NewPullLease,
  PullLease,
  PullLeaseTerms,
} from '../../storage.ts'
import { columnsOf } from '../wire/columns.ts'
import { Session } from '../wire/session.ts'
import { rowsOf, statement } from '../wire/statement.ts'
import { inTransaction } from '../wire/transaction.ts'
import { leaseKeys } from './rescue-deliveries.ts'

/** Two consumers of one webhook must not both find the last free lease. */
export const LOCK_PULLS = statement<{ readonly isLocked: boolean }>(
  'lock_pulls',
  `SELECT pg_advisory_xact_lock(hashtextextended('pull ' || $1::text, 0)) IS NULL AS "isLocked"`,
)

/** Of a webhook that a consumer may pull from now. */
export const PULL_WEBHOOK = statement<{ readonly version: number; readonly open: number }>(
  'pull_webhook',
  `SELECT w.version, (SELECT count(*) FROM pull_leases l WHERE l.workspace_id = $1 AND l.webhook_id = $2) AS open
FROM webhooks w WHERE w.workspace_id = $1 AND w.id = $2 AND w.kind = 'pull' AND w.is_active = 1 AND w.deleted_at IS NULL`,
)

export const LEASE_PULLED = statement<{ readonly id: string }>(
  'lease_pulled',
  `WITH wanted AS MATERIALIZED (${rowsOf({
    workspace_id: 'text',
    day: 'int',
    delivery_id: 'text',
    webhook_id: 'text',
    lease_token: 'text',
    leased_at: 'bigint',
    lease_until: 'bigint',
    request_headers: 'text',
    remote_address: 'text',
    request_key: 'text',
  })}),
leased AS (
  UPDATE deliveries d SET status = 'sending', next_attempt_at = NULL, awaits_turn = 0, lease_token = w.lease_token,
    lease_until = NULL, lease_node = NULL, updated_at = $11
  FROM wanted w WHERE d.workspace_id = w.workspace_id AND d.day = w.day AND d.id = w.delivery_id
    AND d.webhook_id || '' = w.webhook_id AND d.status = 'queued' AND d.next_attempt_at <= $11
  RETURNING d.id)
INSERT INTO pull_leases (workspace_id, day, delivery_id, webhook_id, lease_token, leased_at, lease_until, request_headers,
  remote_address, request_key)
SELECT w.* FROM wanted w JOIN leased ON leased.id = w.delivery_id RETURNING delivery_id AS id`,
)

const COLUMNS = `d.workspace_id AS "workspaceId", d.id, d.webhook_id AS "webhookId", w.version AS "webhookVersion",
  d.event_id AS "eventId", d.event_key AS "eventKey", d.order_key AS "orderKey", d.created_at AS "createdAt", d.attempts,
  d.scheduled_attempts AS "scheduledAttempts", d."trigger", d.succeeded_at AS "succeededAt", d.day AS place,
  l.lease_token AS "leaseToken", l.leased_at AS "leasedAt", l.lease_until AS "leaseUntil",
  l.request_headers AS "requestHeaders", l.remote_address AS "remoteAddress", l.request_key AS "requestKey"`

const OF_LEASE = `
  JOIN deliveries d ON d.workspace_id = l.workspace_id AND d.day = l.day AND d.id = l.delivery_id
    AND d.status = 'sending' AND d.lease_token || '' = l.lease_token
  JOIN webhooks w ON w.workspace_id = l.workspace_id AND w.id = l.webhook_id`

type LeaseRow = Omit<LeasedDelivery, 'succeededBefore'> & PullLeaseTerms & { readonly succeededAt: number | null }

export const PULL_LEASES_OF_WEBHOOK = statement<LeaseRow>(
  'pull_leases_of_webhook',
  `SELECT ${COLUMNS} FROM pull_leases l ${OF_LEASE}
WHERE l.workspace_id = $1 AND l.webhook_id = $2 AND w.deleted_at IS NULL ORDER BY l.delivery_id`,
)

/** The leases first, and the delivery of each: OFFSET 0 keeps the planner to this direction. */
export const ENDED_PULL_LEASES = statement<LeaseRow>(
  'ended_pull_leases',
  `SELECT ${COLUMNS} FROM (
  SELECT * FROM pull_leases WHERE lease_until <= $1 ORDER BY lease_until LIMIT $2 OFFSET 0) l ${OF_LEASE}
ORDER BY l.lease_until`,
)

export const NEXT_PULL_END = statement<{ readonly at: number }>(
  'next_pull_end',
  'SELECT lease_until AS at FROM pull_leases WHERE lease_until > $1 ORDER BY lease_until LIMIT 1',
)

export const EXTEND_PULL_LEASE = statement(
  'extend_pull_lease',
  `UPDATE pull_leases SET lease_until = $4
WHERE workspace_id = $1 AND delivery_id = $2 AND lease_token = $3 AND lease_until > $5`,
)

export const RELEASE_PULLED = statement(
  'release_pulled',
  `WITH released AS (
  UPDATE deliveries d SET status = 'queued', next_attempt_at = $5, lease_token = NULL
  FROM unnest($1::text[], $2::int[], $3::text[], $4::text[]) AS q (workspace_id, day, id, lease_token)
  WHERE d.workspace_id = q.workspace_id AND d.day = q.day AND d.id = q.id AND d.status = 'sending'
    AND d.lease_token || '' = q.lease_token RETURNING d.workspace_id, d.id)
DELETE FROM pull_leases l USING released r WHERE l.workspace_id = r.workspace_id AND l.delivery_id = r.id`,
)

export const REMOVE_PULL_LEASES = statement(
  'remove_pull_leases',
  `DELETE FROM pull_leases l USING (${rowsOf({ workspace_id: 'text', id: 'text' })}) q
WHERE l.workspace_id = q.workspace_id AND l.delivery_id = q.id`,
)

export class PullLeases {
  readonly #pool: Pool
  readonly #session: Session

  constructor(pool: Pool) {
    this.#pool = pool
    this.#session = new Session(pool)
  }

  /** See PullStorage.leasePulled. */
  async lease(leases: readonly NewPullLease[], leasesMax: number, now: number): Promise<boolean[]> {
    const [first] = leases
    if (first === undefined) return []
    const leased = await inTransaction(this.#pool, async (session) => {
      await session.get(LOCK_PULLS, first.webhookId)
      const webhook = await session.get(PULL_WEBHOOK, first.workspaceId, first.webhookId)
      const wanted = webhook === undefined ? [] : leases.slice(0, Math.max(leasesMax - webhook.open, 0))
      return wanted.length === 0 ? [] : session.all(LEASE_PULLED, ...leaseColumns(wanted), now)
    })
    const ids = new Set(leased.map(({ id }) => id))
    return leases.map(({ id }) => ids.has(id))
  }

  /** See PullStorage.listPullLeases. */
  async list(workspaceId: string, webhookId: string): Promise<PullLease[]> {
    return (await this.#session.all(PULL_LEASES_OF_WEBHOOK, workspaceId, webhookId)).map(pullLease)
  }

  /** See PullStorage.extendPullLease. */
  async extend({ workspaceId, id, leaseToken }: DeliveryLease, until: number, now: number): Promise<boolean> {
    return (await this.#session.run(EXTEND_PULL_LEASE, workspaceId, id, leaseToken, until, now)) > 0
  }

  /** See PullStorage.releasePulled. */
  async release(leases: readonly DeliveryLease[], dueAt: number): Promise<void> {
    if (leases.length === 0) return
    await this.#session.run(RELEASE_PULLED, ...leaseKeys(leases), dueAt)
  }

  /** See PullStorage.listEndedPullLeases. */
  async ended(now: number, limit: number): Promise<EndedPullLeases> {
    const leases = (await this.#session.all(ENDED_PULL_LEASES, now, limit)).map(pullLease)
    return { leases, nextEndAt: (await this.#session.get(NEXT_PULL_END, now))?.at ?? null }
  }
}

/** In the transaction that ends or removes the deliveries. */
export async function removePullLeases(
  session: Session,
  deliveries: readonly { readonly workspaceId: string; readonly id: string }[],
): Promise<void> {
  if (deliveries.length === 0) return
  const columns = columnsOf(
    deliveries,
    ({ workspaceId }) => workspaceId,
    ({ id }) => id,
  )
  await session.run(REMOVE_PULL_LEASES, ...columns)
}

function leaseColumns(leases: readonly NewPullLease[]) {
  return columnsOf(
    leases,
    ({ workspaceId }) => workspaceId,
    ({ place }) => place,
    ({ id }) => id,
    ({ webhookId }) => webhookId,
    ({ leaseToken }) => leaseToken,
    ({ leasedAt }) => leasedAt,
    ({ leaseUntil }) => leaseUntil,
    ({ requestHeaders }) => requestHeaders,
    ({ remoteAddress }) => remoteAddress,
    ({ requestKey }) => requestKey,
  )
}

function pullLease({ succeededAt, ...row }: LeaseRow): PullLease {
  return { ...row, succeededBefore: succeededAt !== null }
}
