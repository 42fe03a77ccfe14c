// Owns which webhooks did not get an event that was accepted a while ago, and why. Pure.
// Must never claim what the present configuration cannot tell: what is not known is left out.
import type { SkippedWebhook, SkipReason } from '@timbre/contract/event.ts'
import { type CandidateRow, type EventDetailRow, skippedOf, skipReason } from '../../storage/storage.ts'

export const SHOWN_MAX = 100

/**
 * @param candidates the webhooks of the workspace with their subscriptions to the event's type, as they are now
 * @param reached ids of those that have a delivery of the event
 */
export function skippedOfEvent(
  event: Pick<EventDetailRow, 'acceptedAt' | 'agentId'>,
  candidates: readonly CandidateRow[],
  reached: ReadonlySet<string>,
): SkippedWebhook[] {
  const reasonOf = (candidate: CandidateRow) =>
    reached.has(candidate.webhookId) || candidate.createdAt > event.acceptedAt ? null : reasonAt(event, candidate)
  return skippedOf(candidates, reasonOf, SHOWN_MAX)
}

/** What is new since the event did not exist for it; what would match now and was changed since was not active then. */
function reasonAt(
  { acceptedAt, agentId }: Pick<EventDetailRow, 'acceptedAt' | 'agentId'>,
  candidate: CandidateRow,
): SkipReason | null {
  const { subscribedAt, subscriptionUpdatedAt, updatedAt } = candidate
  if (subscribedAt !== null && subscribedAt > acceptedAt) return 'no_subscription'
  const reason = skipReason(candidate, agentId)
  if (reason !== null) return reason
  if (subscriptionUpdatedAt !== null && subscriptionUpdatedAt > acceptedAt) return 'subscription_inactive'
  return updatedAt > acceptedAt ? 'webhook_inactive' : null
}
