// Owns test sends: whoever asked for one waits for its attempt, beside the lanes and their limits.
// Must never keep a test that nobody waits for: that one is sent from its lane, like any other delivery.
import { Refusal } from '@timbre/contract/errors.ts'
import type { AcceptRequest, AcceptResult, NewEvent } from '../storage/storage.ts'
import type { RecordedAttempt } from './attempt.ts'
import { isDelivered } from './decide.ts'
import type { ExampleManner, ExampleSend } from './engine-api.ts'
import type { HeldDelivery } from './held-delivery.ts'

export interface ExampleSendsDependencies {
  readonly accept: (request: AcceptRequest) => Promise<AcceptResult>
  /** Makes the one attempt and resolves when it is recorded. */
  readonly attempt: (delivery: HeldDelivery, manner: ExampleManner) => Promise<RecordedAttempt>
  readonly release: (delivery: HeldDelivery) => void
  /** Resolves when a consumer has made the one attempt (`pulled-example.ts`). */
  readonly fetched: (event: NewEvent, workspaceId: string) => Promise<ExampleSend>
  /** A test was refused because too many are under way. */
  readonly onRefused: () => void
}

/** Under way at once, on this node. A test passes by the lanes and their limits, and holds a connection for its whole time. */
const OF_WEBHOOK_MAX = 5
const OF_WORKSPACE_MAX = 20
const RETRY_AFTER_S = 1

type TestEvent = NewEvent & { readonly testOf: string }

export class ExampleSends {
  readonly #dependencies: ExampleSendsDependencies
  readonly #waiting = new Map<string, (delivery: HeldDelivery) => void>()
  readonly #underWay = new Set<Promise<void>>()
  /** How many, by webhook and by workspace. */
  readonly #counts = new Map<string, number>()

  constructor(dependencies: ExampleSendsDependencies) {
    this.#dependencies = dependencies
  }

  /**
   * See EngineApi.sendExample. Throws Refusal TOO_MANY_REQUESTS when too many tests of the webhook or the workspace are under way,
   * WEBHOOK_NOT_FOUND or TEST_ERASED when the webhook was deleted or the call erased a moment ago, TEST_DELAYED when its lane sends it.
   */
  send(event: TestEvent, workspaceId: string, manner: ExampleManner): Promise<ExampleSend> {
    const { testOf } = event
    if (this.#count(testOf) >= OF_WEBHOOK_MAX || this.#count(workspaceId) >= OF_WORKSPACE_MAX) {
      this.#dependencies.onRefused()
      throw new Refusal('TOO_MANY_REQUESTS', { retryAfterSeconds: RETRY_AFTER_S })
    }
    for (const id of [testOf, workspaceId]) this.#counts.set(id, this.#count(id) + 1)
    const sent = this.#send(event, workspaceId, manner)
    const ended = Promise.allSettled([sent]).then(() => {
      this.#underWay.delete(ended)
      for (const id of [testOf, workspaceId]) this.#leave(id)
    })
    this.#underWay.add(ended)
    return sent
  }

  /** Hands a leased test to whoever waits for it. False: nobody does, because its process died or its response was lost. */
  take(delivery: HeldDelivery): boolean {
    const resolve = this.#waiting.get(delivery.eventId)
    if (resolve === undefined) return false
    this.#waiting.delete(delivery.eventId)
    resolve(delivery)
    return true
  }

  /** Resolves when those that are under way have ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  #count(id: string): number {
    return this.#counts.get(id) ?? 0
  }

  #leave(id: string): void {
    const left = this.#count(id) - 1
    if (left === 0) this.#counts.delete(id)
    else this.#counts.set(id, left)
  }

  async #send(event: TestEvent, workspaceId: string, manner: ExampleManner): Promise<ExampleSend> {
    const leased = new Promise<HeldDelivery>((resolve) => this.#waiting.set(event.id, resolve))
    try {
      const result = await this.#dependencies.accept({ workspaceId, events: [event] })
      const row = 'events' in result ? result.events[0] : undefined
      if (row?.deliveryCount === 0) throw new Refusal('WEBHOOK_NOT_FOUND', { id: event.testOf })
      if (manner.kind === 'pull') return await this.#dependencies.fetched(event, workspaceId)
      // The commit that leased it reported an error: nobody holds that lease, and nothing would ever come.
      if (this.#waiting.has(event.id)) throw new Refusal('TEST_DELAYED', { id: event.id })
      return await this.#attempt(await leased, manner)
    } finally {
      this.#waiting.delete(event.id)
    }
  }

  async #attempt(delivery: HeldDelivery, manner: ExampleManner): Promise<ExampleSend> {
    try {
      const { row } = await this.#dependencies.attempt(delivery, manner)
      return { deliveryId: delivery.id, delivered: isDelivered(row.outcome, row.responseStatus), attempt: row }
    } catch (error) {
      this.#dependencies.release(delivery)
      throw error
    }
  }
}
