// Owns which of the webhooks that subscribe to a type an event goes to: those without an agent, and those of its own.
import type { MatchedWebhook } from '../matched-webhook.ts'

const NONE: readonly MatchedWebhook[] = []

/** By agent, so that an event costs what it is sent to, and not what its type is subscribed to. */
export class MatchedWebhooks {
  readonly #ofEveryAgent: MatchedWebhook[] = []
  readonly #ofAgent = new Map<string, MatchedWebhook[]>()

  constructor(rows: readonly MatchedWebhook[]) {
    for (const { webhookId, version, agentId, ordering, subscriptionId } of rows) {
      // A copy: V8 keeps the rows of a statement as dictionaries, and each of these is read for many events.
      this.#of(agentId).push({ webhookId, version, agentId, ordering, subscriptionId })
    }
  }

  for(agentId: string | null): readonly MatchedWebhook[] {
    const own = (agentId === null ? undefined : this.#ofAgent.get(agentId)) ?? NONE
    if (own.length === 0) return this.#ofEveryAgent
    return this.#ofEveryAgent.length === 0 ? own : [...this.#ofEveryAgent, ...own]
  }

  #of(agentId: string | null): MatchedWebhook[] {
    if (agentId === null) return this.#ofEveryAgent
    let own = this.#ofAgent.get(agentId)
    if (own === undefined) {
      own = []
      this.#ofAgent.set(agentId, own)
    }
    return own
  }
}
