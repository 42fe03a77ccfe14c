// Owns watching over webhooks that keep failing: asks which there are, has them evaluated, writes and announces the verdict.
// Must never evaluate by itself: that is webhook-health.ts.
import type { HealthReport } from '../insight/health/health-report.ts'
import { type HealthStorage, readHealth } from '../insight/health/read-health.ts'
import type { Clock } from '../platform/clock.ts'
import type { Random } from '../platform/random.ts'
import type { Announced, EvaluatedWebhook, LeaseOffer, Storage } from '../storage/storage.ts'
import { healthAnnouncement } from './announcements.ts'
import { Loop, type OnFault } from './loop.ts'
import { evaluateHealth, type HealthVerdict, WARNING_PERCENTS } from './webhook-health.ts'

export interface HealthWatcherDependencies {
  readonly clock: Clock
  readonly random: Random
  readonly storage: Pick<Storage, 'listWebhooksToEvaluate' | 'writeVerdict'> & HealthStorage
  readonly offer: () => LeaseOffer
  /** Told what became of the announcement of each verdict. */
  readonly onAnnounced: (announced: Announced, leaseUntil: number) => void
  readonly onDisabled: (webhookId: string) => void
  /** Told of each verdict that was written. */
  readonly onEvaluated: (webhook: EvaluatedWebhook, verdict: HealthVerdict) => void
  readonly onFault: OnFault
}

const INTERVAL_MS_MAX = 30_000
const INTERVAL_MS_MIN = 100
const BATCH = 100

export class HealthWatcher {
  readonly #dependencies: HealthWatcherDependencies
  readonly #disableAfterMs: number
  readonly #loop: Loop
  #after = ''

  constructor(dependencies: HealthWatcherDependencies, options: { readonly disableAfterMs: number }) {
    const { clock, onFault } = dependencies
    this.#dependencies = dependencies
    this.#disableAfterMs = options.disableAfterMs
    this.#loop = new Loop({ clock, onFault, name: 'health watcher', runOnce: () => this.runOnce() })
  }

  start(): void {
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** Evaluates one bounded batch, in order of id. Returns the milliseconds until the next. */
  async runOnce(): Promise<number> {
    const { storage } = this.#dependencies
    const failingMsMin = (this.#disableAfterMs * WARNING_PERCENTS[0]) / 100
    const webhooks = await storage.listWebhooksToEvaluate(failingMsMin, this.#after, BATCH)
    for (const webhook of webhooks) await this.#evaluate(webhook)
    this.#after = webhooks.length === BATCH ? (webhooks.at(-1)?.id ?? '') : ''
    if (this.#after !== '') return 0
    // Never switching off still tells who has recovered.
    if (this.#disableAfterMs === 0) return INTERVAL_MS_MAX
    return Math.min(Math.max(this.#disableAfterMs / 50, INTERVAL_MS_MIN), INTERVAL_MS_MAX)
  }

  async #evaluate(webhook: EvaluatedWebhook): Promise<void> {
    const verdict = evaluateHealth(webhook, this.#disableAfterMs)
    if (verdict === undefined) return
    const { clock, random, storage, offer, onAnnounced, onDisabled, onEvaluated } = this.#dependencies
    const now = clock.now()
    const report = verdict.kind === 'recovered' ? undefined : await this.#report(webhook, verdict, now)
    const lease = offer()
    const result = await storage.writeVerdict(
      {
        webhook,
        warnedPercent: warnedPercent(verdict),
        disable: verdict.kind === 'disabled' ? 'failing' : null,
        announce: healthAnnouncement({ webhook, verdict, report, now, random }),
        now,
      },
      lease,
    )
    onAnnounced(result, lease.until)
    if (!result.written) return
    onEvaluated(webhook, verdict)
    if (verdict.kind === 'disabled') onDisabled(webhook.id)
  }

  /** What is announced does not wait for it: without it the announcement says the same in fewer words. */
  async #report(webhook: EvaluatedWebhook, verdict: HealthVerdict, now: number): Promise<HealthReport | undefined> {
    const { storage, onFault } = this.#dependencies
    const isDisabled = verdict.kind === 'disabled'
    const state = { ...webhook, isActive: !isDisabled, disabledReason: isDisabled ? 'failing' : null } as const
    try {
      return await readHealth(storage, state, now)
    } catch (error) {
      onFault(error, 'health watcher')
      return undefined
    }
  }
}

function warnedPercent(verdict: HealthVerdict): number {
  return verdict.kind === 'failing' ? verdict.percent : 0
}
