// Owns what the evaluation of failing webhooks reads and writes.
import type { DatabaseSync } from 'node:sqlite'
import type { EvaluatedWebhook, LeaseOffer, VerdictResult, VerdictRow } from '../../storage.ts'
import { type EventInserter, InsertBatch } from '../accept/insert-events.ts'
import { prepare, type Statement } from '../connection/statement.ts'
import { inTransaction } from '../connection/transaction.ts'
import type { ChangeLog } from './change-log.ts'
import type { DisableWebhook } from './disable-webhook.ts'

export const WEBHOOKS_TO_EVALUATE = `
SELECT w.id, w.workspace_id AS workspaceId, w.url, w.failing_since AS failingSince,
  coalesce(c.last_delivery_at, 0) AS lastFailureAt, w.warned_percent AS warnedPercent
FROM webhooks w INDEXED BY webhooks_to_judge
  LEFT JOIN webhook_counters c ON c.workspace_id = w.workspace_id AND c.webhook_id = w.id
WHERE w.deleted_at IS NULL AND w.is_active = 1 AND (w.failing_since IS NOT NULL OR w.warned_percent > 0) AND w.id > ?1
  AND (w.failing_since IS NULL OR c.last_delivery_at - w.failing_since >= ?2)
ORDER BY w.id LIMIT ?3`

/** Only while the health is still what was evaluated: a success in between makes the verdict void. */
const WRITE_VERDICT = `
UPDATE webhooks SET warned_percent = ?5
WHERE id = ?1 AND workspace_id = ?2 AND deleted_at IS NULL AND is_active = 1
  AND failing_since IS ?3 AND warned_percent = ?4`

export class EvaluateWebhooks {
  readonly #db: DatabaseSync
  readonly #inserter: EventInserter
  readonly #disable: DisableWebhook
  readonly #changes: ChangeLog
  readonly #list: Statement<EvaluatedWebhook>
  readonly #write: Statement<never>

  constructor(db: DatabaseSync, inserter: EventInserter, disable: DisableWebhook, changes: ChangeLog) {
    this.#db = db
    this.#inserter = inserter
    this.#disable = disable
    this.#changes = changes
    this.#list = prepare(db, WEBHOOKS_TO_EVALUATE)
    this.#write = prepare(db, WRITE_VERDICT)
  }

  /** See HotStorage.listWebhooksToEvaluate. */
  list(failingMsMin: number, after: string, limit: number): EvaluatedWebhook[] {
    return this.#list.all(after, failingMsMin, limit).map((row) => ({ ...row }))
  }

  /** See HotStorage.writeVerdict. */
  write({ webhook, warnedPercent, disable, announce, now }: VerdictRow, offer: LeaseOffer): VerdictResult {
    return inTransaction(this.#db, () => {
      const batch = new InsertBatch(offer)
      const { id, workspaceId, failingSince } = webhook
      const { changes } = this.#write.run(id, workspaceId, failingSince, webhook.warnedPercent, warnedPercent)
      if (changes === 0) return { written: false, leased: [], overflow: 0, pulled: [] }
      if (disable !== null) this.#disable.run(workspaceId, id, disable, now)
      this.#inserter.insert(workspaceId, announce, batch)
      this.#changes.write(batch.changes, now)
      const leased = batch.leased.map((delivery) => ({
        ...delivery,
        envelope: announce.envelope,
        envelopeBytes: announce.envelope.length,
      }))
      return { written: true, leased, overflow: batch.overflow, pulled: [...batch.pulled] }
    })
  }
}
