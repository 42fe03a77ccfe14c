// Owns what follows from the end of an attempt, whoever made it: decide → record.
// Must never choose a next state (decide.ts).
import type { Metrics } from '../metrics.ts'
import type { Clock } from '../platform/clock.ts'
import type { Random } from '../platform/random.ts'
import type { Outcome } from '../platform/transport.ts'
import { type AttemptRow, attemptRecord, type LeasedDelivery, leaseOf, type NewEvent } from '../storage/storage.ts'
import { announcements } from './announcements.ts'
import { decide, isDelivered } from './decide.ts'
import type { EngineLog } from './engine-log.ts'
import { failureSentence } from './failure-sentence.ts'
import type { Recorder } from './recorder.ts'
import type { RetryPolicy } from './retry-policy.ts'
import type { Target } from './targets.ts'

export interface ConclusionDependencies {
  readonly clock: Clock
  readonly random: Random
  /** Takes the result to disk. */
  readonly recorder: Pick<Recorder, 'record'>
  readonly metrics: Pick<Metrics, 'attempted'>
  readonly told: Pick<EngineLog, 'attempted'>
}

/** An attempt that has ended. */
export interface EndedAttempt {
  readonly delivery: LeasedDelivery
  readonly target: Target
  readonly startedAt: number
  /** As they are shown. */
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly outcome: Outcome
  /** A consumer made it (pulls.ts). */
  readonly isPulled?: true
}

export interface Conclusion {
  readonly row: AttemptRow
  readonly written: Promise<boolean>
}

export class Conclusions {
  readonly #dependencies: ConclusionDependencies
  readonly #policy: RetryPolicy

  constructor(dependencies: ConclusionDependencies, { policy }: { readonly policy: RetryPolicy }) {
    this.#dependencies = dependencies
    this.#policy = policy
  }

  conclude(ended: EndedAttempt): Conclusion {
    const { clock, random, metrics, told, recorder } = this.#dependencies
    const { delivery, target, outcome } = ended
    const now = clock.now()
    const decision = decide({
      trigger: delivery.trigger,
      scheduledAttempts: delivery.scheduledAttempts,
      succeededBefore: delivery.succeededBefore,
      end: {
        // Of a response whose body did not end, the status is evidence and decides nothing (docs/decisions/0044).
        responseStatus: outcome.kind === 'answered' ? outcome.responseStatus : null,
        retryAfter: outcome.responseHeaders?.['retry-after'],
      },
      policy: this.#policyOf(target),
      now,
      chance: random.fraction(),
    })
    const isAsked = delivery.trigger !== 'automatic'
    metrics.attempted(outcome, decision, isAsked ? undefined : now - delivery.createdAt)
    told.attempted(delivery, outcome, decision)
    const row = attemptRow(ended)
    const written = recorder.record({
      lease: leaseOf(delivery),
      webhookId: delivery.webhookId,
      attempt: attemptRecord(row),
      status: decision.status,
      nextAttemptAt: decision.nextAttemptAt,
      countsForSchedule: decision.countsForSchedule,
      disableWebhook: decision.disableWebhook,
      announce:
        decision.disableWebhook === null && !decision.exhausted
          ? NOTHING
          : announcements({ delivery, target, decision, lastError: row.error, now, random }),
      isPulled: ended.isPulled,
    })
    return { row, written }
  }

  #policyOf({ retrySchedule }: Target): RetryPolicy {
    return retrySchedule === null ? this.#policy : { ...this.#policy, scheduleSeconds: retrySchedule }
  }
}

const NOTHING: readonly NewEvent[] = []

function attemptRow({ delivery, startedAt, requestHeaders, outcome }: EndedAttempt): AttemptRow {
  return {
    number: delivery.attempts + 1,
    trigger: delivery.trigger,
    startedAt,
    durationMs: outcome.durationMs,
    timings: outcome.timings,
    remoteAddress: outcome.remoteAddress,
    requestHeaders,
    responseStatus: outcome.responseStatus,
    responseHeaders: outcome.responseHeaders,
    responseBody: outcome.responseBody,
    outcome: outcome.kind,
    error: isDelivered(outcome.kind, outcome.responseStatus) ? null : failureSentence(outcome),
  }
}
