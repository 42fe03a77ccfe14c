// Owns what a replay needs to know of its webhook as it is now: which events it wants, and what its deliveries look like.
import { OPERATIONAL_EVENT_KEYS } from '@timbre/contract/catalogue.ts'
import type { MatchedWebhook } from './leased-delivery.ts'

export type ReplayWebhook = Omit<MatchedWebhook, 'subscriptionId' | 'firstWaitSeconds'> & { readonly isActive: 0 | 1 }

export class ReplayTarget {
  readonly isActive: boolean
  readonly #webhook: ReplayWebhook
  readonly #subscriptions: ReadonlyMap<string, string>
  readonly #keys: ReadonlySet<string> | null

  constructor(webhook: ReplayWebhook, subscriptions: ReadonlyMap<string, string>, eventKeys: readonly string[] | null) {
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
    return { ...this.#webhook, subscriptionId: this.#subscriptions.get(type) ?? null, firstWaitSeconds: null }
  }
}
