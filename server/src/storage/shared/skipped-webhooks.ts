// Owns why a webhook does not get an event that nothing matches (CONTRACT §2, Event). Pure.
import type { SkippedWebhook, SkipReason } from '@timbre/contract/event.ts'
import type { AcceptedRow, AcceptRequest, NewEvent } from '../interface/hot-storage.ts'
import type { Candidate } from '../interface/rows.ts'

/** Of one event: those that come closest to a match. */
export const SKIPPED_MAX = 20
/** Of all events of a request together, and of its response as it is kept: 100 KB. */
export const SKIPPED_OF_REQUEST_MAX = 1000

/** What comes closest to a match first. */
const CLOSENESS: readonly SkipReason[] = ['other_agent', 'webhook_inactive', 'subscription_inactive', 'no_subscription']

/** Null: it gets the event. */
export function skipReason(candidate: Omit<Candidate, 'webhookId'>, eventAgentId: string | null): SkipReason | null {
  const { agentId, isActive, isSubscriptionActive } = candidate
  if (isSubscriptionActive === null) return 'no_subscription'
  if (isSubscriptionActive === 0) return 'subscription_inactive'
  if (isActive === 0) return 'webhook_inactive'
  return agentId === null || agentId === eventAgentId ? null : 'other_agent'
}

/** Those that do not get the event, what comes closest to a match first, at most so many. */
export function skippedOf<One extends Pick<Candidate, 'webhookId'>>(
  candidates: readonly One[],
  reasonOf: (candidate: One) => SkipReason | null,
  countMax: number,
): SkippedWebhook[] {
  const skipped = candidates.flatMap((candidate) => {
    const reason = reasonOf(candidate)
    return reason === null ? [] : [{ webhookId: candidate.webhookId, reason }]
  })
  return skipped.toSorted((a, b) => CLOSENESS.indexOf(a.reason) - CLOSENESS.indexOf(b.reason)).slice(0, countMax)
}

/** Whether anything has to be asked of the store: an event that matched nothing, and is neither a test nor there already. */
export function isUnmatched(event: NewEvent, { deliveryCount, duplicate }: AcceptedRow): boolean {
  return deliveryCount === 0 && !duplicate && event.testOf === undefined
}

/** The lists of one transaction: configuration cannot change inside it, and each list is made once. */
export class SkippedLists {
  readonly #candidatesOf: (workspaceId: string, type: string) => readonly Candidate[]
  readonly #candidates = new Map<string, readonly Candidate[]>()
  readonly #lists = new Map<string, readonly SkippedWebhook[]>()

  /** @param candidatesOf a type: those that subscribe to it, and SKIPPED_MAX of the others if there are so many */
  constructor(candidatesOf: (workspaceId: string, type: string) => readonly Candidate[]) {
    this.#candidatesOf = candidatesOf
  }

  of(workspaceId: string, { type, agentId }: Pick<NewEvent, 'type' | 'agentId'>): readonly SkippedWebhook[] {
    const kind = `${workspaceId} ${type} ${agentId}`
    const reasonOf = (candidate: Candidate) => skipReason(candidate, agentId)
    const list = this.#lists.get(kind) ?? skippedOf(this.#ofType(workspaceId, type), reasonOf, SKIPPED_MAX)
    this.#lists.set(kind, list)
    return list
  }

  #ofType(workspaceId: string, type: string): readonly Candidate[] {
    const key = `${workspaceId} ${type}`
    const candidates = this.#candidates.get(key) ?? this.#candidatesOf(workspaceId, type)
    this.#candidates.set(key, candidates)
    return candidates
  }
}

/** The rows of one request, with `skipped` where nothing matched; as they are where everything did. */
export function withSkipped(
  { workspaceId, events }: Pick<AcceptRequest, 'workspaceId' | 'events'>,
  rows: readonly AcceptedRow[],
  lists: SkippedLists,
): readonly AcceptedRow[] {
  if (rows.every(({ deliveryCount }) => deliveryCount > 0)) return rows
  let left = SKIPPED_OF_REQUEST_MAX
  return rows.map((row, nth) => {
    const event = events[nth]
    // Nothing more is asked of the store than is told.
    if (event === undefined || left === 0 || !isUnmatched(event, row)) return row
    const skipped = lists.of(workspaceId, event)
    const isTold = skipped.length <= left
    left = isTold ? left - skipped.length : 0
    return isTold ? { ...row, skipped } : row
  })
}
