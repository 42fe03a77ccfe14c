// Owns what of the storage a report of a webhook's health is made from: all of it by indexes, and bounded.
import type { DisabledReason } from '@timbre/contract/webhook.ts'
import type { DeliveryRow, Storage } from '../../storage/storage.ts'
import { bucketStart, KEPT_SIZE_MS } from '../statistics/bucket-sizes.ts'
import { attemptsOf, type Cells } from '../statistics/cells.ts'
import { mergedBuckets } from '../statistics/merged-buckets.ts'
import { stopFaultOf, stopPhaseOf } from '../statistics/stop-phase.ts'
import { type CountedEnd, type FailedAttempt, type HealthReport, healthReport } from './health-report.ts'

export type HealthStorage = Pick<
  Storage,
  'listBuckets' | 'listDeliveries' | 'listAttemptsOfDeliveries' | 'listChangesOf'
>

/** The webhook as it is. */
export interface WebhookState {
  readonly id: string
  readonly workspaceId: string
  readonly isActive: boolean
  readonly disabledReason: DisabledReason | null
  readonly failingSince: number | null
}

const DAY_MS = 24 * 3_600_000
/** As long as hours are kept. */
const LOOKED_BACK_MS_MAX = 35 * DAY_MS
/** Of which the last attempts are looked at, those that wait for a retry and those that failed for good. */
const DELIVERIES_OF_EACH = 20

export async function readHealth(storage: HealthStorage, webhook: WebhookState, now: number): Promise<HealthReport> {
  const { id: webhookId, workspaceId, isActive, disabledReason, failingSince } = webhook
  // Minutes of the last day; of what fails for longer, hours.
  const size = failingSince !== null && failingSince < now - DAY_MS ? 'hour' : 'minute'
  const from = size === 'minute' ? now - DAY_MS : Math.max(failingSince ?? now, now - LOOKED_BACK_MS_MAX)
  const since = bucketStart(from, KEPT_SIZE_MS[size])
  const changedSince = (failingSince ?? now) - LOOKED_BACK_MS_MAX
  const [buckets, failed, changes] = await Promise.all([
    storage.listBuckets({ workspaceId, webhookId, size, since, until: now + KEPT_SIZE_MS[size] }),
    failedAttempts(storage, workspaceId, webhookId),
    failingSince === null ? [] : storage.listChangesOf(workspaceId, webhookId, changedSince),
  ])
  const ends = endsOf(mergedBuckets(buckets, KEPT_SIZE_MS[size]))
  return healthReport({ isActive, disabledReason, failingSince, since, ends, failed, changes })
}

function endsOf(buckets: ReadonlyMap<number, Cells>): CountedEnd[] {
  return [...buckets].flatMap(([startAt, cells]) => attemptsOf(cells).map((end) => ({ ...end, startAt })))
}

/** The last attempt of each of the newest deliveries that have not arrived, newest first. */
async function failedAttempts(
  storage: HealthStorage,
  workspaceId: string,
  webhookId: string,
): Promise<readonly FailedAttempt[]> {
  const request = { limit: DELIVERIES_OF_EACH, before: null }
  const histories = await Promise.all(
    (['queued', 'failed'] as const).map((status) =>
      storage.listDeliveries(workspaceId, { webhookId, status }, request),
    ),
  )
  const deliveries: DeliveryRow[] = histories.flatMap(({ rows }) => rows)
  const attempts = await storage.listAttemptsOfDeliveries(workspaceId, deliveries, 1)
  return attempts
    .map((attempt) => ({
      deliveryId: attempt.deliveryId,
      at: attempt.startedAt,
      error: attempt.error,
      outcome: attempt.outcome,
      status: attempt.responseStatus,
      phase: stopPhaseOf(attempt),
      fault: stopFaultOf(attempt),
    }))
    .sort((a, b) => b.at - a.at)
}
