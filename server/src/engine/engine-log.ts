// Owns what the engine says in the log: what happened to a webhook, a replay, a sweep, and, where it is asked for, each event
// and attempt. Must never say a URL (tokens stand in queries), a body or a header.
import type { SkippedWebhook } from '@timbre/contract/event.ts'
import type { Logger } from 'pino'
import type { Outcome } from '../platform/transport.ts'
import type {
  AcceptRequest,
  AcceptResult,
  EvaluatedWebhook,
  LeasedDelivery,
  RemovedRows,
  RunningReplay,
} from '../storage/storage.ts'
import type { Decision } from './decide.ts'
import type { HealthVerdict } from './webhook-health.ts'

/** `info` in development, where one looks on; else `debug`. */
export type ActivityLevel = 'info' | 'debug'

export class EngineLog {
  readonly #log: Logger
  readonly #activityLevel: ActivityLevel
  /** Asked once: on the hot path a line that nobody reads must cost nothing. */
  readonly #tellsActivity: boolean

  constructor(log: Logger, activityLevel: ActivityLevel = 'debug') {
    this.#log = log
    this.#activityLevel = activityLevel
    this.#tellsActivity = log.isLevelEnabled(activityLevel)
  }

  /** @param loop the name of what failed, which is tried again after a second */
  readonly fault = (error: unknown, loop: string): void => {
    this.#log.error({ err: error, loop }, 'a background step failed and will be tried again')
  }

  rescued(count: number): void {
    if (count > 0) this.#log.info({ rescued: count }, 'deliveries of an earlier run were reclaimed')
  }

  /** @param removed of a whole sweep over all workspaces */
  readonly swept = (removed: RemovedRows): void => {
    if (removed.events > 0) this.#log.info({ ...removed }, 'events past their retention were removed')
  }

  readonly heldBack = (): void => {
    this.#log.warn(
      'nothing is pruned for now: the clock is further past what was written last than events are kept. If it is right, pruning begins 24 hours after the start',
    )
  }

  readonly replayEnded = ({ id, webhookId, workspaceId }: RunningReplay): void => {
    this.#log.info({ replayId: id, webhookId, workspaceId }, 'a replay has ended')
  }

  readonly evaluated = ({ id, workspaceId, failingSince }: EvaluatedWebhook, verdict: HealthVerdict): void => {
    const about = { webhookId: id, workspaceId }
    const since = failingSince === null ? {} : { failingSince: new Date(failingSince).toISOString() }
    switch (verdict.kind) {
      case 'recovered':
        this.#log.info(about, 'a webhook has recovered')
        break
      case 'failing':
        this.#log.warn({ ...about, ...since, percent: verdict.percent }, 'a webhook keeps failing')
        break
      case 'disabled':
        this.#log.warn({ ...about, ...since, reason: 'failing' }, 'a webhook is disabled')
        break
    }
  }

  /** Its receiver answered 410. */
  gone(webhookId: string): void {
    this.#log.warn({ webhookId, reason: 'gone' }, 'a webhook is disabled')
  }

  accepted(batch: readonly AcceptRequest[], results: readonly AcceptResult[]): void {
    if (!this.#tellsActivity) return
    batch.forEach(({ workspaceId, events }, nth) => {
      events.forEach(({ id, type }, place) => {
        const result = results[nth]
        if (result === undefined || !('events' in result)) return
        const { deliveryCount, duplicate, skipped } = result.events[place] ?? {}
        const why = skipped === undefined ? {} : { why: skippedInWords(skipped) }
        const about = { workspaceId, eventId: id, type, deliveryCount, duplicate, ...why }
        this.#log[this.#activityLevel](about, skipped === undefined ? 'published' : 'published, and no webhook gets it')
      })
    })
  }

  attempted(delivery: LeasedDelivery, outcome: Outcome, { status, nextAttemptAt }: Decision): void {
    if (!this.#tellsActivity) return
    const { id: deliveryId, webhookId, eventId, eventKey, attempts } = delivery
    const { kind, responseStatus, durationMs, error } = outcome
    const next = nextAttemptAt === null ? {} : { nextAttemptAt: new Date(nextAttemptAt).toISOString() }
    const about = { webhookId, deliveryId, eventId, eventKey, attempt: attempts + 1 }
    const ended = { outcome: kind, responseStatus, durationMs: Math.round(durationMs), status, ...next }
    this.#log[this.#activityLevel]({ ...about, ...ended, ...(error === null ? {} : { error }) }, 'attempted')
  }
}

/** `no_subscription: <id>, <id>; webhook_inactive: <id>`. */
function skippedInWords(skipped: readonly SkippedWebhook[]): string {
  if (skipped.length === 0) return 'the workspace has no webhook'
  const byReason = Map.groupBy(skipped, ({ reason }) => reason)
  return [...byReason].map(([reason, of]) => `${reason}: ${of.map(({ webhookId }) => webhookId).join(', ')}`).join('; ')
}
