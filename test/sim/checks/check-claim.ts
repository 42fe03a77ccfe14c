// Owns the checks of a lease: never early, never of an inactive webhook, never more than offered, in order per call.
import type { Trigger } from '@timbre/contract/attempt.ts'
import type { ClaimedDelivery, LeaseOffer } from '@timbre/server/storage/storage.ts'
import type { DeliveryHistory } from '../delivery-history.ts'
import type { Ledger } from '../ledger.ts'

/** CONTRACT §2, Webhook, `ordering`: a failing event holds its call for at most 5 minutes. */
const HOLD_MS = 5 * 60_000
/** A delivery may be released because of a fault or a change, but not for ever. */
const CLAIMS_MAX = 50

/** To be called before the ledger takes note of the claim. */
export function checkClaim(ledger: Ledger, offer: LeaseOffer, now: number, claimed: readonly ClaimedDelivery[]): void {
  const { trace } = ledger
  if (claimed.length > offer.limit) trace.violate(`${claimed.length} were claimed with capacity for ${offer.limit}`)
  const taken = new Map<string, number>()
  for (const delivery of claimed) {
    taken.set(delivery.webhookId, (taken.get(delivery.webhookId) ?? 0) + 1)
    const history = ledger.deliveries.get(delivery.id)
    const problem = history === undefined ? 'is not known' : claimProblem(ledger, history, delivery, now)
    if (problem !== undefined) trace.violate(`${delivery.id} was claimed although it ${problem}`)
    if (history !== undefined) checkLeaseInTurn(ledger, history, now)
  }
  for (const [webhookId, count] of taken) {
    const capacity = new Map(offer.capacity).get(webhookId) ?? offer.capacityDefault
    if (count > capacity) trace.violate(`${count} of ${webhookId} were claimed with capacity for ${capacity}`)
  }
}

function claimProblem(
  { webhooks }: Ledger,
  history: DeliveryHistory,
  { webhookId, envelope, trigger, attempts }: ClaimedDelivery,
  now: number,
): string | undefined {
  const { isActive, isDeleted, url } = webhooks.newest(webhookId)
  if (url.startsWith('pull:')) return 'is a consumer’s to fetch'
  if (!isActive || isDeleted) return 'is of an inactive webhook'
  if (history.status !== 'queued') return `was ${history.status}`
  if (history.dueAt !== null && now < history.dueAt) return `is due only in ${history.dueAt - now} ms`
  if (envelope !== null && envelope !== history.body) return 'has another body'
  if (trigger !== expectedTrigger(history)) return `was not asked for as ${trigger}`
  if (attempts !== history.attempts) return `has ${history.attempts} attempts and not ${attempts}`
  return ++history.claims > CLAIMS_MAX ? `was claimed ${CLAIMS_MAX} times before and never sent` : undefined
}

/** A test has one attempt of its own; asked for again, it is a delivery like any other. */
export function expectedTrigger({ isTest, askedAs, attempts }: DeliveryHistory): Trigger {
  if (askedAs !== null) return askedAs
  return isTest && attempts === 0 ? 'test' : 'automatic'
}

const EARLIER = `
SELECT id FROM deliveries WHERE workspace_id = ? AND webhook_id = ? AND order_key = ? AND seq < ?
  AND status IN ('queued', 'sending')`

/** A delivery of a call goes only when every earlier one has ended or has held it for five minutes. */
export function checkLeaseInTurn(ledger: Ledger, history: DeliveryHistory, now: number): void {
  const { workspaceId, webhookId, orderKey, seq, id, hadTurn } = history
  if (orderKey === null || hadTurn) return
  for (const row of ledger.database.rows<{ id: string }>(EARLIER, workspaceId, webhookId, orderKey, seq)) {
    const earlier = ledger.deliveries.get(row.id)
    if (earlier === undefined || earlier.wasReopened) continue
    if (earlier.firstFailureAt !== null && now >= earlier.firstFailureAt + HOLD_MS) continue
    ledger.trace.violate(`${id} was leased before ${row.id}, which comes before it in its call`)
  }
}
