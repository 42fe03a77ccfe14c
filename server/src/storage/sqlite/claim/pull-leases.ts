// Owns the leases of consumers (table `pull_leases`): making, listing, extending and ending them.
// Must never have a lease without its delivery being sent under the same token, nor the other way round: both change together.
//
// The delivery itself has the token, which fences results, and no end: so no start and no rescue of a node takes it back.
import type { DatabaseSync } from 'node:sqlite'
import type {
  DeliveryLease,
  EndedPullLeases,
  LeasedDelivery,
  NewPullLease,
  PullLease,
  PullLeaseTerms,
} from '../../storage.ts'
import { prepare, type Statement } from '../connection/statement.ts'
import { inTransaction } from '../connection/transaction.ts'
import { IdNumbers, numberOf } from '../schema/id-numbers.ts'

const LEASE = `
UPDATE delivery_rows SET status = 'sending', next_attempt_at = NULL, awaits_turn = 0, lease_token = ?5, updated_at = ?4
WHERE seq = ?1 AND workspace = ?2 AND webhook = ?3 AND status = 'queued' AND next_attempt_at <= ?4`

const INSERT = `
INSERT INTO pull_leases (delivery_seq, webhook, lease_token, leased_at, lease_until, request_headers, remote_address, request_key)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)`

/** Of a webhook that a consumer may pull from now. */
export const PULL_WEBHOOK = `
SELECT w.version, h.number, (SELECT count(*) FROM pull_leases l WHERE l.webhook = h.number) AS open
FROM webhooks w CROSS JOIN ids h ON h.id = w.id
WHERE w.id = ? AND w.workspace_id = ? AND w.kind = 'pull' AND w.is_active = 1 AND w.deleted_at IS NULL`

export interface PullWebhookRow {
  readonly version: number
  readonly number: number
  /** Leases of it. */
  readonly open: number
}

const COLUMNS = `w.workspace_id AS workspaceId, d.id, w.id AS webhookId, w.version AS webhookVersion, e.id AS eventId,
  d.event_key AS eventKey, d.order_key AS orderKey, d.created_at AS createdAt, d.attempts,
  d.scheduled_attempts AS scheduledAttempts, d."trigger", d.succeeded_at AS succeededAt, d.seq AS place,
  l.lease_token AS leaseToken, l.leased_at AS leasedAt, l.lease_until AS leaseUntil, l.request_headers AS requestHeaders,
  l.remote_address AS remoteAddress, l.request_key AS requestKey`

const OF_LEASE = `
  CROSS JOIN delivery_rows d ON d.seq = l.delivery_seq AND d.lease_token = l.lease_token
  CROSS JOIN ids h ON h.number = l.webhook
  CROSS JOIN webhooks w ON w.id = h.id
  CROSS JOIN event_rows e ON e.seq = d.event_seq`

export const PULL_LEASES_OF_WEBHOOK = `
SELECT ${COLUMNS} FROM pull_leases l INDEXED BY pull_leases_of_webhook ${OF_LEASE}
WHERE l.webhook = ${numberOf('?1')} AND w.workspace_id = ?2 AND w.deleted_at IS NULL ORDER BY l.delivery_seq`

export const ENDED_PULL_LEASES = `
SELECT ${COLUMNS} FROM pull_leases l INDEXED BY pull_leases_by_end ${OF_LEASE}
WHERE l.lease_until <= ? ORDER BY l.lease_until LIMIT ?`

const NEXT_END = 'SELECT lease_until AS at FROM pull_leases WHERE lease_until > ? ORDER BY lease_until LIMIT 1'

const EXTEND = `
UPDATE pull_leases SET lease_until = ? WHERE delivery_seq = ? AND lease_token = ? AND lease_until > ?`

const RELEASE = `
UPDATE delivery_rows SET status = 'queued', next_attempt_at = ?4, lease_token = NULL
WHERE seq = ?1 AND workspace = ?2 AND lease_token = ?3`

export const REMOVE_PULL_LEASE = 'DELETE FROM pull_leases WHERE delivery_seq = ?'

type LeaseRow = Omit<LeasedDelivery, 'succeededBefore'> & PullLeaseTerms & { readonly succeededAt: number | null }

export class PullLeases {
  readonly #db: DatabaseSync
  readonly #numbers: IdNumbers
  readonly #lease: Statement<never>
  readonly #insert: Statement<never>
  readonly #webhook: Statement<PullWebhookRow>
  readonly #ofWebhook: Statement<LeaseRow>
  readonly #ended: Statement<LeaseRow>
  readonly #nextEnd: Statement<{ readonly at: number }>
  readonly #extend: Statement<never>
  readonly #release: Statement<never>
  readonly #remove: Statement<never>

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#numbers = new IdNumbers(db)
    this.#lease = prepare(db, LEASE)
    this.#insert = prepare(db, INSERT)
    this.#webhook = prepare(db, PULL_WEBHOOK)
    this.#ofWebhook = prepare(db, PULL_LEASES_OF_WEBHOOK)
    this.#ended = prepare(db, ENDED_PULL_LEASES)
    this.#nextEnd = prepare(db, NEXT_END)
    this.#extend = prepare(db, EXTEND)
    this.#release = prepare(db, RELEASE)
    this.#remove = prepare(db, REMOVE_PULL_LEASE)
  }

  /** See PullStorage.leasePulled. */
  lease(leases: readonly NewPullLease[], leasesMax: number, now: number): boolean[] {
    const [first] = leases
    if (first === undefined) return []
    return inTransaction(this.#db, () => {
      const webhook = this.#webhook.get(first.webhookId, first.workspaceId)
      let capacity = webhook === undefined ? 0 : leasesMax - webhook.open
      return leases.map((lease) => {
        const isLeased = capacity > 0 && this.#leaseOne(lease, now)
        if (isLeased) capacity--
        return isLeased
      })
    })
  }

  /** See PullStorage.listPullLeases. */
  list(workspaceId: string, webhookId: string): PullLease[] {
    return this.#ofWebhook.all(webhookId, workspaceId).map(pullLease)
  }

  /** See PullStorage.extendPullLease. */
  extend({ place, leaseToken }: DeliveryLease, until: number, now: number): boolean {
    return inTransaction(this.#db, () => this.#extend.run(until, place, leaseToken, now).changes > 0)
  }

  /** See PullStorage.releasePulled. */
  release(leases: readonly DeliveryLease[], dueAt: number): void {
    if (leases.length === 0) return
    inTransaction(this.#db, () => {
      for (const { workspaceId, place, leaseToken } of leases) {
        const { changes } = this.#release.run(place, this.#numbers.find(workspaceId), leaseToken, dueAt)
        if (changes > 0) this.#remove.run(place)
      }
    })
  }

  /** See PullStorage.listEndedPullLeases. */
  ended(now: number, limit: number): EndedPullLeases {
    return { leases: this.#ended.all(now, limit).map(pullLease), nextEndAt: this.#nextEnd.get(now)?.at ?? null }
  }

  #leaseOne(lease: NewPullLease, now: number): boolean {
    const { place, leaseToken, leasedAt, leaseUntil, requestHeaders, remoteAddress, requestKey } = lease
    const webhook = this.#numbers.find(lease.webhookId)
    const { changes } = this.#lease.run(place, this.#numbers.find(lease.workspaceId), webhook, now, leaseToken)
    if (changes === 0) return false
    this.#insert.run(place, webhook, leaseToken, leasedAt, leaseUntil, requestHeaders, remoteAddress, requestKey)
    return true
  }
}

function pullLease({ succeededAt, ...row }: LeaseRow): PullLease {
  return { ...row, succeededBefore: succeededAt !== null }
}
