// Owns one attempt, in the order of the steps: load → check → take a turn → sign → send → decide → record.
// Must never choose a next state (decide.ts) or throw: how it ended is a value.
import { Refusal } from '@timbre/contract/errors.ts'
import type { Logger } from 'pino'
import type { Clock } from '../platform/clock.ts'
import type { Random } from '../platform/random.ts'
import type { Outcome, SendEnd, Transport, Unsent } from '../platform/transport.ts'
import { type AttemptResult, type AttemptRow, attemptRecord, leaseOf, type Standing } from '../storage/storage.ts'
import { announcements } from './announcements.ts'
import { type Decision, decide, isDelivered } from './decide.ts'
import { failureSentence } from './failure-sentence.ts'
import type { HeldDelivery } from './held-delivery.ts'
import type { Pace } from './lane.ts'
import type { SlotEnd } from './lanes.ts'
import type { RetryPolicy } from './retry-policy.ts'
import { Signer } from './signer.ts'
import type { Target, Targets } from './targets.ts'
import type { Turns } from './turns.ts'

export interface AttemptDependencies {
  readonly clock: Clock
  readonly standing: Pick<Standing, 'isHeard'>
  readonly random: Random
  readonly transport: Transport
  readonly targets: Pick<Targets, 'get'>
  readonly turns: Pick<Turns, 'take'>
  readonly log: Logger
  /** Takes the result to disk. Resolves to false when the lease was lost: somebody else has the delivery. */
  readonly record: (result: AttemptResult) => Promise<boolean>
  /** Gives a delivery back without an attempt. */
  readonly release: (delivery: HeldDelivery) => void
  readonly onSent: (outcome: Outcome, decision: Decision, delivery: HeldDelivery) => void
  /** This machine is the cause that nothing was sent: no attempt was made. */
  readonly onUnsent: (unsent: Unsent) => void
}

export interface AttemptOptions {
  readonly policy: RetryPolicy
  /** Total time of one attempt. A lease with less than this left is not worth starting under. */
  readonly timeoutMs: number
  readonly userAgent: string
}

/** What a caller learns who waits for the record: a test send. */
export interface RecordedAttempt {
  readonly written: boolean
  readonly row: AttemptRow
}

interface SignedDelivery {
  readonly delivery: HeldDelivery
  readonly target: Target
  readonly startedAt: number
  readonly headers: Readonly<Record<string, string>>
}

const DONE: SlotEnd = { kind: 'done', pace: 'answered' }
const STALLED: SlotEnd = { kind: 'done', pace: 'stalled' }
const UNHEARD: SlotEnd = { kind: 'wait', waitMs: 500 }
/** Shown in the place of a custom header's value, which may be a credential. */
const MASKED = '****************'

export class Attempts {
  readonly #dependencies: AttemptDependencies
  readonly #options: AttemptOptions
  readonly #signer = new Signer()

  constructor(dependencies: AttemptDependencies, options: AttemptOptions) {
    this.#dependencies = dependencies
    this.#options = options
  }

  /** Makes one attempt for a delivery of a lane. Never rejects. */
  async run(delivery: HeldDelivery): Promise<SlotEnd> {
    try {
      const loaded = this.#load(delivery)
      const target = loaded instanceof Promise ? await loaded : loaded
      if (target === undefined || !target.isActive || this.#leaseTooShort(delivery)) return this.#giveBack(delivery)
      // Another node may have it by now: this one finds out with its next heartbeat.
      if (!this.#dependencies.standing.isHeard()) return UNHEARD
      const waitMs = this.#turn(target)
      if (waitMs > 0) return { kind: 'wait', waitMs }
      const signed = this.#sign(delivery, target)
      const outcome = await this.#send(signed)
      if (outcome.kind === 'unsent') {
        this.#dependencies.onUnsent(outcome)
        return this.#giveBack(delivery)
      }
      // The slot is free when the answer is there; the record follows on its own.
      this.#conclude(signed, outcome).written.catch((error: unknown) =>
        this.#dependencies.log.error(
          { err: error, deliveryId: delivery.id },
          'a result was lost; the delivery will be sent again',
        ),
      )
      return paceOf(outcome) === 'stalled' ? STALLED : DONE
    } catch (error) {
      this.#dependencies.log.error({ err: error, deliveryId: delivery.id }, 'an attempt could not be made')
      return this.#giveBack(delivery)
    }
  }

  /** Sends now, whatever the lane, the rate limit or isActive say, and resolves when the attempt is recorded. */
  async runTest(delivery: HeldDelivery): Promise<RecordedAttempt> {
    const target = await this.#load(delivery)
    if (target === undefined) throw new Error('The webhook was deleted before its test could be sent.')
    const signed = this.#sign(delivery, target)
    const outcome = await this.#send(signed)
    if (outcome.kind === 'unsent') {
      this.#dependencies.onUnsent(outcome)
      throw new Refusal('SENDING_UNAVAILABLE')
    }
    const { row, written } = this.#conclude(signed, outcome)
    return { written: await written, row }
  }

  #sign(delivery: HeldDelivery, target: Target): SignedDelivery {
    const startedAt = this.#dependencies.clock.now()
    return { delivery, target, startedAt, headers: this.#headers(delivery, target, startedAt) }
  }

  #send({ delivery, target, headers }: SignedDelivery): Promise<SendEnd> {
    return this.#dependencies.transport.send({ url: target.url, headers, body: delivery.body })
  }

  /** decide → record. */
  #conclude(
    signed: SignedDelivery,
    outcome: Outcome,
  ): { readonly row: AttemptRow; readonly written: Promise<boolean> } {
    const { clock, random, onSent, record } = this.#dependencies
    const { delivery, target } = signed
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
      policy: this.#policy(target),
      now,
      chance: random.fraction(),
    })
    onSent(outcome, decision, delivery)
    const row = attemptRow(signed, outcome)
    const written = record({
      lease: leaseOf(delivery),
      webhookId: delivery.webhookId,
      attempt: attemptRecord(row),
      status: decision.status,
      nextAttemptAt: decision.nextAttemptAt,
      countsForSchedule: decision.countsForSchedule,
      disableWebhook: decision.disableWebhook,
      announce: announcements({ delivery, target, decision, lastError: row.error, now, random }),
    })
    return { row, written }
  }

  #load(delivery: HeldDelivery): Target | Promise<Target | undefined> {
    return this.#dependencies.targets.get(delivery)
  }

  #leaseTooShort(delivery: HeldDelivery): boolean {
    return delivery.leaseUntil - this.#dependencies.clock.now() < this.#options.timeoutMs * 2
  }

  #turn(target: Target): number {
    if (target.rateLimitPerSecond === null) return 0
    return this.#dependencies.turns.take(target.webhookId, target.rateLimitPerSecond)
  }

  #policy(target: Target): RetryPolicy {
    const { policy } = this.#options
    return target.retrySchedule === null ? policy : { ...policy, scheduleSeconds: target.retrySchedule }
  }

  #headers(delivery: HeldDelivery, target: Target, now: number): Record<string, string> {
    const previous = target.previousKeysUntil > now ? target.previousKeys : null
    const { eventId, eventKey, id: deliveryId, body } = delivery
    const headers: Record<string, string> = {
      ...target.headers,
      'content-type': 'application/json',
      'user-agent': this.#options.userAgent,
    }
    this.#signer.addTo(headers, {
      eventId,
      eventKey,
      deliveryId,
      body,
      timestampS: Math.floor(now / 1000),
      keys: target.keys,
      previousKeys: previous,
    })
    return headers
  }

  #giveBack(delivery: HeldDelivery): SlotEnd {
    this.#dependencies.release(delivery)
    return DONE
  }
}

function attemptRow({ delivery, target, startedAt, headers }: SignedDelivery, outcome: Outcome): AttemptRow {
  return {
    number: delivery.attempts + 1,
    trigger: delivery.trigger,
    startedAt,
    durationMs: outcome.durationMs,
    timings: outcome.timings,
    remoteAddress: outcome.remoteAddress,
    requestHeaders: maskedHeaders(headers, target),
    responseStatus: outcome.responseStatus,
    responseHeaders: outcome.responseHeaders,
    responseBody: outcome.responseBody,
    outcome: outcome.kind,
    error: isDelivered(outcome.kind, outcome.responseStatus) ? null : failureSentence(outcome),
  }
}

function maskedHeaders(headers: Readonly<Record<string, string>>, target: Target): Readonly<Record<string, string>> {
  let masked: Record<string, string> | undefined
  for (const name in target.headers) {
    masked ??= { ...headers }
    masked[name] = MASKED
  }
  return masked ?? headers
}

/** A receiver that answers, well or badly, keeps its slots; one that lets connections hang loses them. */
function paceOf(outcome: Outcome): Pace {
  return outcome.kind === 'answered' ? 'answered' : 'stalled'
}
