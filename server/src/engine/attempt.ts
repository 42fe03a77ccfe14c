// Owns one attempt, in the order of the steps: sign → send → conclude (conclusion.ts). Whether it may begin, `start-conditions.ts` decides.
// Must never choose a next state (decide.ts) or throw: how it ended is a value.
import assert from 'node:assert/strict'
import { Refusal } from '@timbre/contract/errors.ts'
import type { Logger } from 'pino'
import type { Clock } from '../platform/clock.ts'
import type { Outcome, SendEnd, Transport, Unsent } from '../platform/transport.ts'
import type { AttemptRow } from '../storage/storage.ts'
import { type Conclusion, type ConclusionDependencies, Conclusions } from './conclusion.ts'
import { isDelivered } from './decide.ts'
import type { ExampleManner } from './engine-api.ts'
import { type ErasedDeliveries, type HeldDelivery, isLeaseLongEnough } from './held-delivery.ts'
import type { Pace } from './lane.ts'
import type { RetryPolicy } from './retry-policy.ts'
import { maskedHeaders, RequestHeaders } from './signer.ts'
import type { Target, Targets } from './targets.ts'
import { WebhookFaultLog } from './webhook-fault-log.ts'

export interface AttemptDependencies extends ConclusionDependencies {
  readonly clock: Clock
  readonly transport: Transport
  readonly targets: Pick<Targets, 'get'>
  /** Lanes look themselves. */
  readonly erased: Pick<ErasedDeliveries, 'take'>
  readonly log: Logger
  /** Gives a delivery back without an attempt. */
  readonly release: (delivery: HeldDelivery) => void
  /** This machine is the cause that nothing was sent: no attempt was made. */
  readonly onUnsent: (unsent: Unsent) => void
}

export interface AttemptOptions {
  readonly policy: RetryPolicy
  readonly userAgent: string
  readonly timeoutMs: number
}

/** What a caller learns who waits for the record: a test send. */
export interface RecordedAttempt {
  readonly written: boolean
  readonly row: AttemptRow
}

/**
 * How the attempt for a delivery of a lane ended. `recorded` resolves when its result is on disk, and rejects when it is lost; until
 * then it is in memory. `released`: nothing was sent, and the delivery was released.
 */
export type AttemptEnd =
  | { readonly kind: 'sent'; readonly pace: Pace; readonly recorded: Promise<unknown> }
  | { readonly kind: 'released' }

interface SignedDelivery {
  readonly delivery: HeldDelivery
  readonly target: Target
  readonly envelope: string
  readonly startedAt: number
  readonly headers: Readonly<Record<string, string>>
}

const RELEASED: AttemptEnd = { kind: 'released' }

export class Attempts {
  readonly #dependencies: AttemptDependencies
  readonly #headers: RequestHeaders
  readonly #conclusions: Conclusions
  readonly #faults: WebhookFaultLog
  readonly #timeoutMs: number

  constructor(dependencies: AttemptDependencies, options: AttemptOptions) {
    this.#dependencies = dependencies
    this.#timeoutMs = options.timeoutMs
    this.#headers = new RequestHeaders(options)
    this.#conclusions = new Conclusions(dependencies, options)
    this.#faults = new WebhookFaultLog(dependencies)
  }

  /** Makes one attempt for a delivery of a lane, whose turn it is and whose envelope is in memory. Never rejects. */
  async run(delivery: HeldDelivery, target: Target): Promise<AttemptEnd> {
    try {
      const signed = this.#sign(delivery, target)
      const outcome = await this.#send(signed)
      if (outcome.kind === 'unsent') {
        this.#dependencies.onUnsent(outcome)
        return this.#release(delivery)
      }
      // The slot is free when the response is there; the record follows on its own.
      return { kind: 'sent', pace: paceOf(outcome), recorded: this.#conclude(signed, outcome).written }
    } catch (error) {
      this.#faults.note(delivery.webhookId, error, 'an attempt could not be made; its delivery waits')
      return this.#release(delivery)
    }
  }

  /**
   * Sends now, whatever the lane, the rate limit or isActive say, and resolves when the attempt is recorded. Throws Refusal
   * WEBHOOK_NOT_FOUND, TEST_ERASED, TEST_DELAYED or SENDING_UNAVAILABLE, and then sent nothing.
   */
  async runExample(delivery: HeldDelivery, { currentSecretOnly }: ExampleManner): Promise<RecordedAttempt> {
    const target = await this.#dependencies.targets.get(delivery)
    if (target === undefined) throw new Refusal('WEBHOOK_NOT_FOUND', { id: delivery.webhookId })
    // The commit took too long, or the clock has jumped: whoever comes by it next would send it beside this.
    if (!isLeaseLongEnough(delivery, this.#dependencies.clock.now(), this.#timeoutMs))
      throw new Refusal('TEST_DELAYED', { id: delivery.eventId })
    if (this.#dependencies.erased.take(delivery.id)) throw new Refusal('TEST_ERASED')
    const signed = this.#sign(delivery, currentSecretOnly === true ? { ...target, previous: [] } : target)
    const outcome = await this.#send(signed)
    if (outcome.kind === 'unsent') {
      this.#dependencies.onUnsent(outcome)
      throw new Refusal('SENDING_UNAVAILABLE')
    }
    const { row, written } = this.#conclude(signed, outcome)
    return { written: await written, row }
  }

  #sign(delivery: HeldDelivery, target: Target): SignedDelivery {
    const { text: envelope } = delivery.envelope
    assert(envelope !== undefined, 'what is sent has its envelope in memory')
    const startedAt = this.#dependencies.clock.now()
    return { delivery, target, envelope, startedAt, headers: this.#headers.of(delivery, target, envelope, startedAt) }
  }

  #send({ target, headers, envelope }: SignedDelivery): Promise<SendEnd> {
    return this.#dependencies.transport.send({ url: target.url, headers, body: envelope })
  }

  #conclude(signed: SignedDelivery, outcome: Outcome): Conclusion {
    const { delivery, target, startedAt, headers } = signed
    return this.#conclusions.conclude({
      delivery,
      target,
      startedAt,
      requestHeaders: maskedHeaders(headers, target),
      outcome,
    })
  }

  #release(delivery: HeldDelivery): AttemptEnd {
    this.#dependencies.release(delivery)
    return RELEASED
  }
}

/** A receiver that answers, well or badly, keeps its slots; one that lets connections hang loses them. */
function paceOf({ kind, responseStatus }: Outcome): Pace {
  if (kind !== 'answered') return 'stalled'
  return isDelivered(kind, responseStatus) ? 'succeeded' : 'failed'
}
