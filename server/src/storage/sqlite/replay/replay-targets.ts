// Owns reading what a replay needs to know of its webhook as it is now.
import type { DatabaseSync } from 'node:sqlite'
import { ReplayTarget, type ReplayWebhook } from '../../shared/replay-target.ts'
import type { ReplayScope } from '../../storage.ts'
import { prepare, type Statement } from '../connection/statement.ts'

const WEBHOOK = `
SELECT id AS webhookId, kind, version, agent_id AS agentId, ordering, is_active AS isActive FROM webhooks
WHERE workspace_id = ? AND id = ? AND deleted_at IS NULL`

const SUBSCRIPTIONS = `
SELECT id, event_key AS eventKey FROM subscriptions WHERE workspace_id = ? AND webhook_id = ? AND is_active = 1`

export class ReplayTargets {
  readonly #webhook: Statement<ReplayWebhook>
  readonly #subscriptions: Statement<{ readonly id: string; readonly eventKey: string }>

  constructor(db: DatabaseSync) {
    this.#webhook = prepare(db, WEBHOOK)
    this.#subscriptions = prepare(db, SUBSCRIPTIONS)
  }

  /** undefined when the webhook was deleted. */
  find({ workspaceId, webhookId, eventKeys }: ReplayScope): ReplayTarget | undefined {
    const webhook = this.#webhook.get(workspaceId, webhookId)
    if (webhook === undefined) return undefined
    const subscriptions = this.#subscriptions.all(workspaceId, webhookId)
    return new ReplayTarget(webhook, new Map(subscriptions.map(({ eventKey, id }) => [eventKey, id])), eventKeys)
  }
}
