// Owns the leases that nobody may know of: those of a commit whose outcome is unknown. If it took place, the deliveries are
// leased to this node, which lives and does not hold them, so that no other would take them until the lease expires.
import type { Pool } from 'pg'
import type { Clock } from '../../../platform/clock.ts'
import type { LeaseOffer } from '../../storage.ts'
import { ADD_MARKS } from '../claim/due-marks.ts'
import { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'
import { CommitUnknown } from '../wire/transaction.ts'

/** A commit can take place long after its connection was given up, when it waits for a replica: it is looked for again. */
const LOOK_AGAIN_MS = 5000

export const TAKE_BACK = statement(
  'take_back',
  `WITH in_doubt AS MATERIALIZED (
  SELECT d.workspace_id, d.day, d.id FROM deliveries d
  WHERE d.status = 'sending' AND d.lease_token = ANY ($2::text[]) FOR UPDATE SKIP LOCKED),
taken AS (
  UPDATE deliveries u SET status = 'queued', next_attempt_at = $1, updated_at = $1, lease_token = NULL, lease_until = NULL,
    lease_node = NULL
  FROM in_doubt WHERE u.workspace_id = in_doubt.workspace_id AND u.day = in_doubt.day AND u.id = in_doubt.id
  RETURNING u.workspace_id, u.webhook_id)
${ADD_MARKS} SELECT DISTINCT workspace_id, webhook_id, $1::bigint FROM taken`,
)

export class InDoubtLeases {
  readonly #session: Session
  readonly #clock: Clock
  /** By token of the offer: when its leases expire. */
  readonly #until = new Map<string, number>()
  #lookAt = 0

  constructor(pool: Pool, clock: Clock) {
    this.#session = new Session(pool)
    this.#clock = clock
  }

  /** Remembers the offer when the outcome of the call that leases under it is unknown. */
  async watch<T>(offer: LeaseOffer, call: Promise<T>): Promise<T> {
    try {
      return await call
    } catch (error) {
      if (error instanceof CommitUnknown) {
        this.#until.set(offer.token, offer.until)
        this.#lookAt = 0
      }
      throw error
    }
  }

  /** Makes due what was leased in doubt. Costs nothing while nothing is. */
  async reclaim(now: number): Promise<void> {
    if (this.#until.size === 0 || this.#clock.monotonic() < this.#lookAt) return
    await this.#session.run(TAKE_BACK, now, [...this.#until.keys()])
    this.#lookAt = this.#clock.monotonic() + LOOK_AGAIN_MS
    for (const [token, until] of this.#until) if (until <= now) this.#until.delete(token)
  }
}
