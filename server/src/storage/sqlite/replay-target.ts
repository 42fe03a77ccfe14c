// Owns what a replay needs to know of its webhook as it is now: which events it wants, and what its deliveries look like.
import type { DatabaseSync } from 'node:sqlite'
import { OPERATIONAL_EVENT_KEYS } from '@timbre/contract/catalogue.ts'
import type { ReplayScope } from '../storage.ts'
import type { MatchedWebhook } from './insert-events.ts'
import { prepare, type Statement } from './statement.ts'

const WEBHOOK = `
SELECT id AS webhookId, version, agent_id AS agentId, ordering, is_active AS isActive FROM webhooks
WHERE workspace_id = ? AND id = ? AND deleted_at IS NULL`

const SUBSCRIPTIONS = `
SELECT id, event_key AS eventKey FROM subscriptions WHERE workspace_id = ? AND webhook_id = ? AND is_active = 1`

type WebhookColumns = Omit<MatchedWebhook, 'subscriptionId'> & { readonly isActive: 0 | 1 }

export class ReplayTargets {
  readonly #webhook: Statement<WebhookColumns>
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

export class ReplayTarget {
  readonly isActive: boolean
  readonly #webhook: WebhookColumns
  readonly #subscriptions: ReadonlyMap<string, string>
  readonly #keys: ReadonlySet<string> | null

  constructor(
    webhook: WebhookColumns,
    subscriptions: ReadonlyMap<string, string>,
    eventKeys: readonly string[] | null,
  ) {
    this.isActive = webhook.isActive === 1
    this.#webhook = webhook
    this.#subscriptions = subscriptions
    this.#keys = eventKeys === null ? null : new Set(eventKeys)
  }

  /** Whether events of this type may be replayed at all. What the service says of itself is never said twice. */
  isAskedFor(type: string): boolean {
    return (this.#keys === null || this.#keys.has(type)) && !OPERATIONAL_EVENT_KEYS.has(type)
  }

  /** Whether the webhook would get this event if it were published now. */
  wants(type: string, agentId: string | null): boolean {
    const { agentId: own } = this.#webhook
    return this.isAskedFor(type) && this.#subscriptions.has(type) && (own === null || own === agentId)
  }

  /** The webhook as a new delivery for this type refers to it. */
  matchFor(type: string): MatchedWebhook {
    return { ...this.#webhook, subscriptionId: this.#subscriptions.get(type) ?? null }
  }
}
