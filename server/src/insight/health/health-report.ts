// Owns the evaluation of how a webhook fares, from what was counted of its attempts and what was changed about it. Pure.
// Must never name an address or a header's value: whoever may see the webhook reads it.
import type { DisabledReason } from '@timbre/contract/webhook.ts'
import type { FailureCause, HealthState } from '@timbre/contract/webhook-health.ts'
import type { AuditRow } from '../../storage/storage.ts'
import { type AttemptEnd, failureCause } from './failure-cause.ts'

/** The attempts of a minute or an hour that ended the same way. */
export interface CountedEnd extends AttemptEnd {
  readonly startAt: number
  readonly count: number
}

/** An attempt that failed. */
export interface FailedAttempt extends AttemptEnd {
  readonly deliveryId: string
  readonly at: number
  readonly error: string | null
}

export type WebhookChangeNote = Pick<AuditRow, 'action' | 'changedFields' | 'createdAt'>

export interface HealthFacts {
  readonly isActive: boolean
  readonly disabledReason: DisabledReason | null
  readonly failingSince: number | null
  /** What is counted began then. */
  readonly since: number
  readonly ends: readonly CountedEnd[]
  /** Newest first, of the newest deliveries that have not arrived. */
  readonly failed: readonly FailedAttempt[]
  /** Of the webhook, newest first. */
  readonly changes: readonly WebhookChangeNote[]
}

export interface CauseReport {
  readonly cause: FailureCause
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
  readonly latest: FailedAttempt | null
}

export interface HealthReport {
  readonly state: HealthState
  readonly disabledReason: DisabledReason | null
  readonly failingSince: number | null
  readonly lastSuccessAt: number | null
  readonly since: number
  readonly attempts: number
  readonly failures: number
  /** The most frequent first. */
  readonly causes: readonly CauseReport[]
  /** The last change between the last success and the first failure. */
  readonly change: WebhookChangeNote | null
}

export function healthReport(facts: HealthFacts): HealthReport {
  const { disabledReason, failingSince, since, ends } = facts
  const attempts = sum(ends)
  const causes = causesOf(facts)
  const successes = ends.filter((end) => failureCause(end) === undefined)
  const lastSuccessAt = successes.length === 0 ? null : Math.max(...successes.map(({ startAt }) => startAt))
  return {
    state: stateOf(facts, attempts),
    disabledReason,
    failingSince,
    lastSuccessAt,
    since,
    attempts,
    failures: sum(causes),
    causes,
    change: changeBefore(facts, lastSuccessAt) ?? rotationBefore(facts, causes),
  }
}

function stateOf({ isActive, failingSince }: HealthFacts, attempts: number): HealthState {
  if (!isActive) return 'disabled'
  if (failingSince !== null) return 'failing'
  return attempts === 0 ? 'idle' : 'healthy'
}

function causesOf({ ends, failed }: HealthFacts): readonly CauseReport[] {
  const byCause = Map.groupBy(ends, failureCause)
  const latest = new Map<FailureCause | undefined, FailedAttempt>()
  for (const attempt of failed) if (!latest.has(failureCause(attempt))) latest.set(failureCause(attempt), attempt)
  const causes: CauseReport[] = []
  for (const [cause, same] of byCause) {
    if (cause === undefined) continue
    const times = same.map(({ startAt }) => startAt)
    const span = { firstAt: Math.min(...times), lastAt: Math.max(...times) }
    causes.push({ cause, count: sum(same), ...span, latest: latest.get(cause) ?? null })
  }
  return causes.sort((a, b) => b.count - a.count || b.lastAt - a.lastAt)
}

/** What may have made it fail. Viewing a secret, a test or a deletion does not. */
const CHANGING: ReadonlySet<string> = new Set(['webhook.created', 'webhook.updated', 'webhook.secret_rotated'])
/** Of an update: others change nothing about whether a receiver takes a delivery. */
const FIELDS: ReadonlySet<string> = new Set(['url', 'headers', 'isActive', 'ordering', 'rateLimitPerSecond', 'agentId'])

/** A success is known by its minute: a change in the same minute came after it, or did not matter. */
function changeBefore({ failingSince, changes }: HealthFacts, lastSuccessAt: number | null): WebhookChangeNote | null {
  if (failingSince === null) return null
  const found = changes.find(
    ({ action, changedFields, createdAt }) =>
      createdAt <= failingSince &&
      createdAt >= (lastSuccessAt ?? 0) &&
      CHANGING.has(action) &&
      (action !== 'webhook.updated' || changedFields.some((field) => FIELDS.has(field))),
  )
  return found ?? null
}

/** The longest time for which a replaced secret signs too (CONTRACT §2). */
const OVERLAP_MS_MAX = 168 * 3_600_000

/**
 * A receiver that was never given the new secret goes on for as long as the old one signs too, and refuses from then on: long after
 * the rotation, with successes between.
 */
function rotationBefore(
  { failingSince, changes }: HealthFacts,
  [most]: readonly CauseReport[],
): WebhookChangeNote | null {
  if (failingSince === null || (most?.cause !== 'status_401' && most?.cause !== 'status_403')) return null
  const isRotation = ({ action, createdAt }: WebhookChangeNote) =>
    action === 'webhook.secret_rotated' && createdAt <= failingSince && createdAt >= failingSince - OVERLAP_MS_MAX
  return changes.find(isRotation) ?? null
}

function sum(list: readonly { readonly count: number }[]): number {
  return list.reduce((total, { count }) => total + count, 0)
}
