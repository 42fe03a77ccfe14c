// Owns which of the webhooks that subscribe to a type an event goes to: those without an agent, and those of its own.
import type { MatchedWebhook } from '../../shared/matched-webhook.ts'

const NONE: readonly MatchedWebhook[] = []

/** By agent, so that an event costs what it is sent to, and not what its type is subscribed to. */
export class MatchedWebhooks {
  readonly #byAgent: ReadonlyMap<string | null, readonly MatchedWebhook[]>

  constructor(rows: readonly MatchedWebhook[]) {
    // Copies: V8 keeps the rows of a statement as dictionaries, and each of these is read for many events.
    const copies = rows.map(({ webhookId, kind, version, agentId, ordering, subscriptionId, firstWaitSeconds }) => ({
      webhookId,
      kind,
      version,
      agentId,
      ordering,
      subscriptionId,
      firstWaitSeconds,
    }))
    this.#byAgent = Map.groupBy(copies, ({ agentId }) => agentId)
  }

  for(agentId: string | null): readonly MatchedWebhook[] {
    const ofEveryAgent = this.#byAgent.get(null) ?? NONE
    const own = agentId === null ? undefined : this.#byAgent.get(agentId)
    return own === undefined ? ofEveryAgent : [...ofEveryAgent, ...own]
  }
}
