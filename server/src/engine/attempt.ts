// Owns one attempt, in the order of the steps: sign → send → decide → record. Whether it may begin, `start-conditions.ts` decides.
// Must never choose a next state (decide.ts) or throw: how it ended is a value.
import assert from 'node:assert/strict'
import { Refusal } from '@timbre/contract/errors.ts'
import type { Logger } from 'pino'
import type { Clock } from '../platform/clock.ts'
import type { Random } from '../platform/random.ts'
import type { Outcome, SendEnd, Transport, Unsent } from '../platform/transport.ts'
import { type AttemptResult, type AttemptRow, attemptRecord, leaseOf } from '../storage/storage.ts'
import { announcements } from './announcements.ts'
import { type Decision, decide, isDelivered } from './decide.ts'
import { failureSentence } from './failure-sentence.ts'
import type { HeldDelivery } from './held-delivery.ts'
import type { Pace } from './lane.ts'
import type { RetryPolicy } from './retry-policy.ts'
import { Signer, type SigningKeys } from './signer.ts'
import type { Target, Targets } from './targets.ts'
import { WebhookFaultLog } from './webhook-fault-log.ts'

export interface AttemptDependencies {
  readonly clock: Clock
  readonly random: Random
  readonly transport: Transport
  readonly targets: Pick<Targets, 'get'>
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
  readonly userAgent: string
}

/** What a caller learns who waits for the record: a test send. */
export interface RecordedAttempt {
  readonly written: boolean
  readonly row: AttemptRow
}

/**
 * How the attempt for a delivery of a lane ended. `recorded` settles when its result is on disk, or lost; until then it is in
 * memory. `released`: nothing was sent, and the delivery was released.
 */
export type AttemptEnd =
  | { readonly kind: 'sent'; readonly pace: Pace; readonly recorded: Promise<void> }
  | { readonly kind: 'released' }

interface SignedDelivery {
  readonly delivery: HeldDelivery
  readonly target: Target
  readonly body: string
  readonly startedAt: number
  readonly headers: Readonly<Record<string, string>>
}

const RELEASED: AttemptEnd = { kind: 'released' }
/** Shown in the place of a custom header's value, which may be a credential. */
const MASKED = '****************'

export class Attempts {
  readonly #dependencies: AttemptDependencies
  readonly #options: AttemptOptions
  readonly #signer = new Signer()
  readonly #faults: WebhookFaultLog

  constructor(dependencies: AttemptDependencies, options: AttemptOptions) {
    this.#dependencies = dependencies
    this.#options = options
    this.#faults = new WebhookFaultLog(dependencies)
  }

  /** Makes one attempt for a delivery of a lane, whose turn it is and whose body is in memory. Never rejects. */
  async run(delivery: HeldDelivery, target: Target): Promise<AttemptEnd> {
    try {
      const signed = this.#sign(delivery, target)
      const outcome = await this.#send(signed)
      if (outcome.kind === 'unsent') {
        this.#dependencies.onUnsent(outcome)
        return this.#release(delivery)
      }
      // The slot is free when the answer is there; the record follows on its own.
      const recorded = this.#conclude(signed, outcome).written.then(nothing, (error: unknown) =>
        this.#dependencies.log.error(
          { err: error, deliveryId: delivery.id },
          'a result was lost; the delivery will be sent again',
        ),
      )
      return { kind: 'sent', pace: paceOf(outcome), recorded }
    } catch (error) {
      this.#faults.note(delivery.webhookId, error, 'an attempt could not be made; its delivery waits')
      return this.#release(delivery)
    }
  }

  /** Sends now, whatever the lane, the rate limit or isActive say, and resolves when the attempt is recorded. */
  async runExample(delivery: HeldDelivery): Promise<RecordedAttempt> {
    const target = await this.#dependencies.targets.get(delivery)
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
    const { text: body } = delivery.body
    assert(body !== undefined, 'what is sent has its body in memory')
    const startedAt = this.#dependencies.clock.now()
    return { delivery, target, body, startedAt, headers: this.#headers(delivery, target, body, startedAt) }
  }

  #send({ target, headers, body }: SignedDelivery): Promise<SendEnd> {
    return this.#dependencies.transport.send({ url: target.url, headers, body })
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

  #policy(target: Target): RetryPolicy {
    const { policy } = this.#options
    return target.retrySchedule === null ? policy : { ...policy, scheduleSeconds: target.retrySchedule }
  }

  #headers(delivery: HeldDelivery, target: Target, body: string, now: number): Record<string, string> {
    const { eventId, eventKey, id: deliveryId } = delivery
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
      previousKeys: previousKeys(target, now),
    })
    return headers
  }

  #release(delivery: HeldDelivery): AttemptEnd {
    this.#dependencies.release(delivery)
    return RELEASED
  }
}

function nothing(): void {}

const NO_KEYS: readonly SigningKeys[] = []

/** Of every replaced secret whose time has not ended (CONTRACT §2). */
function previousKeys({ previous }: Target, now: number): readonly SigningKeys[] {
  return previous.length === 0 ? NO_KEYS : previous.filter(({ until }) => until > now).map(({ keys }) => keys)
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
function paceOf({ kind, responseStatus }: Outcome): Pace {
  if (kind !== 'answered') return 'stalled'
  return isDelivered(kind, responseStatus) ? 'succeeded' : 'failed'
}
