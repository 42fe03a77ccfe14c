// Owns what the evaluation of failing webhooks reads and writes.
import type { Pool } from 'pg'
import type { EvaluatedWebhook, LeaseOffer, VerdictResult, VerdictRow } from '../../storage.ts'
import { InsertBatch } from '../accept/insert-batch.ts'
import type { EventInserter } from '../accept/insert-events.ts'
import type { DeliveryIds } from '../schema/day.ts'
import { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'
import { inTransaction } from '../wire/transaction.ts'
import type { DisableWebhook } from './disable-webhook.ts'

export const WEBHOOKS_TO_EVALUATE = statement<EvaluatedWebhook>(
  'webhooks_to_evaluate',
  `SELECT w.id, w.workspace_id AS "workspaceId", w.url, w.failing_since AS "failingSince",
  coalesce(greatest(w.last_delivery_at, c.last_delivery_at), 0) AS "lastFailureAt", w.warned_percent AS "warnedPercent"
FROM webhooks w LEFT JOIN webhook_counters c ON c.workspace_id = w.workspace_id AND c.webhook_id = w.id
WHERE w.deleted_at IS NULL AND w.is_active = 1 AND (w.failing_since IS NOT NULL OR w.warned_percent > 0) AND w.id > $1
  AND (w.failing_since IS NULL OR greatest(w.last_delivery_at, c.last_delivery_at) - w.failing_since >= $2)
ORDER BY w.id LIMIT $3`,
)

/** Only while the health is still what was evaluated: a success in between makes the verdict void. */
export const WRITE_VERDICT = statement(
  'write_verdict',
  `UPDATE webhooks SET warned_percent = $5
WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL AND is_active = 1
  AND failing_since IS NOT DISTINCT FROM $3::bigint AND warned_percent = $4`,
)

export interface EvaluateDependencies {
  readonly pool: Pool
  readonly inserter: EventInserter
  readonly disable: DisableWebhook
  readonly ids: DeliveryIds
}

export class EvaluateWebhooks {
  readonly #dependencies: EvaluateDependencies

  constructor(dependencies: EvaluateDependencies) {
    this.#dependencies = dependencies
  }

  /** See HotStorage.listWebhooksToEvaluate. */
  list(failingMsMin: number, after: string, limit: number): Promise<EvaluatedWebhook[]> {
    return new Session(this.#dependencies.pool).all(WEBHOOKS_TO_EVALUATE, after, failingMsMin, limit)
  }

  /** See HotStorage.writeVerdict. */
  write({ webhook, warnedPercent, disable, announce, now }: VerdictRow, offer: LeaseOffer): Promise<VerdictResult> {
    const dependencies = this.#dependencies
    const { id, workspaceId, failingSince } = webhook
    return inTransaction(dependencies.pool, async (session) => {
      const before = webhook.warnedPercent
      const changes = await session.run(WRITE_VERDICT, workspaceId, id, failingSince, before, warnedPercent)
      if (changes === 0) return { written: false, leased: [], overflow: 0, pulled: [] }
      if (disable !== null) await dependencies.disable.run(session, workspaceId, id, disable, now)
      const batch = new InsertBatch(offer, dependencies.ids)
      await dependencies.inserter.insert(session, [{ workspaceId, events: [announce] }], batch)
      const leased = batch.leased.map((delivery) => ({
        ...delivery,
        envelope: announce.envelope,
        envelopeBytes: announce.envelope.length,
      }))
      return { written: true, leased, overflow: batch.overflow, pulled: [...batch.pulled] }
    })
  }
}
