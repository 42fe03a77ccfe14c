// Owns what needs somebody's attention, the worst first, as far as webhooks, their health and the backlog tell. Pure.
import type { Backlog, Webhook, WebhookHealth } from '@getsupervisor/agents-studio-sdk'

export type Attention =
  | { readonly kind: 'disabled' | 'failing'; readonly webhook: Webhook; readonly health: WebhookHealth }
  | { readonly kind: 'unsubscribed' | 'paused'; readonly webhook: Webhook }
  | { readonly kind: 'late'; readonly oldestAt: string }

/** A delivery that waits for so long has missed its first retries: nobody waits so long for nothing. */
const LATE_MS = 15 * 60_000
/** Each is a question to the service. */
export const EXAMINED_MAX = 40

/** Webhooks whose health is to be asked for: those that the service disabled, and those that send, the last to send first. */
export function toExamine(webhooks: readonly Webhook[]): readonly Webhook[] {
  return webhooks
    .filter(({ isActive, disabledReason, lastDeliveryAt }) =>
      disabledReason === null ? isActive && lastDeliveryAt !== null : true,
    )
    .toSorted((a, b) => rank(a) - rank(b) || (b.lastDeliveryAt ?? '').localeCompare(a.lastDeliveryAt ?? ''))
    .slice(0, EXAMINED_MAX)
}

function rank({ disabledReason }: Webhook): number {
  return disabledReason === null ? 1 : 0
}

/** @param now in milliseconds */
export function attentionOf(
  webhooks: readonly Webhook[],
  healths: readonly WebhookHealth[],
  backlog: Pick<Backlog, 'oldestPendingAt'>,
  now: number,
): readonly Attention[] {
  const healthOf = new Map(healths.map((health) => [health.webhookId, health]))
  const found = webhooks.flatMap((webhook): Attention[] => {
    const health = healthOf.get(webhook.id)
    const kind = kindOf(webhook, health)
    if (kind === undefined) return []
    if (kind === 'unsubscribed' || kind === 'paused') return [{ kind, webhook }]
    return health === undefined ? [] : [{ kind, webhook, health }]
  })
  const { oldestPendingAt: oldestAt } = backlog
  // Of what fails the retries wait: that is said already.
  const isSaid = found.some(({ kind }) => kind !== 'unsubscribed')
  if (oldestAt !== null && now - Date.parse(oldestAt) > LATE_MS && !isSaid) found.push({ kind: 'late', oldestAt })
  return found.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
}

const ORDER: readonly Attention['kind'][] = ['disabled', 'failing', 'late', 'unsubscribed', 'paused']

function kindOf(webhook: Webhook, health: WebhookHealth | undefined) {
  if (webhook.disabledReason !== null) return 'disabled'
  if (!webhook.isActive) return 'paused'
  if (health?.state === 'failing') return 'failing'
  return webhook.subscriptionCount === 0 ? 'unsubscribed' : undefined
}
