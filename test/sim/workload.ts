// Owns what users do to Timbre in a run: publish, configure, ask again; and what befalls the process and its receivers.
// Must never know how it should end: the checkers do.
import { Refusal } from '@timbre/contract/errors.ts'
import { Callers } from './callers.ts'
import { type Attempted, Configuration } from './configuration.ts'
import { Consumers } from './consumers.ts'
import { InjectedFault } from './injected-fault.ts'
import type { Model } from './model.ts'
import { type OtherUsers, otherUsers } from './other-users.ts'
import { Past } from './past.ts'
import type { Prng } from './prng.ts'
import { Publisher } from './publisher.ts'
import type { Mood } from './sim-network.ts'
import type { Step } from './swarm.ts'
import type { Process, World } from './world.ts'

const HOUR_MS = 3_600_000
const PUBLISHES_MEANWHILE = 15
const PUBLISHED_BEFORE = 20

export class Workload {
  readonly #world: World
  readonly #prng: Prng
  readonly #publisher: Publisher
  readonly #configuration: Configuration
  readonly #past: Past
  readonly #other: OtherUsers
  readonly #consumers: Consumers
  readonly #callers: Callers
  #lastJumpMs = 0
  readonly #unanswered = new Map<{ readonly what: string }, Process>()

  constructor(world: World, model: Model, prng: Prng) {
    this.#world = world
    this.#prng = prng
    const attempt: Attempted = (what, work) => this.#attempt(what, work)
    this.#publisher = new Publisher({ world, model, prng, attempt })
    this.#configuration = new Configuration({ world, prng, attempt })
    this.#consumers = new Consumers({ world, prng, attempt })
    this.#callers = new Callers({ world, prng, attempt, configuration: this.#configuration })
    this.#other = otherUsers({ world, prng, attempt })
    this.#past = new Past({ world, prng, attempt, configuration: this.#configuration })
  }

  /** Workspaces, webhooks and sources to begin with. */
  async begin(): Promise<void> {
    await this.#configuration.begin()
    this.#callers.begin()
  }

  /** Every call of a provider has its end. */
  async endCalls(isOver: () => boolean): Promise<void> {
    await this.#callers.finish(isOver)
  }

  /** Begins one step; what it asks for ends on its own. Returns how much time passes until the next. */
  step(): number {
    const { swarm } = this.#world
    const step = this.#prng.weighted(swarm.steps)
    this.#steps()[step]()
    return step === 'sleepLong' ? this.#longSleepMs() : this.#pauseMs()
  }

  /** Half of what is disabled is enabled again; or nothing is, for every change wakes the engine's loops up. */
  recover(): void {
    if (this.#prng.chance(0.5)) this.#configuration.enableSome(0.5)
    this.#consumers.steady()
  }

  #steps(): Readonly<Record<Step, () => void>> {
    const world = this.#world
    const prng = this.#prng
    const publisher = this.#publisher
    const configuration = this.#configuration
    return {
      publish: () => publisher.publish(1),
      publishBatch: () => publisher.publish(2 + prng.below(5)),
      burst: () => publisher.publish(30 + prng.below(50)),
      publishAgain: () => publisher.publishAgain(),
      publishWithKey: () => publisher.publishWithKey(),
      sendExample: () => publisher.sendExample(configuration.anyWebhook()),
      retryDelivery: () => configuration.retryDelivery(),
      editWebhook: () => configuration.edit(),
      disableWebhook: () => configuration.disable(),
      enableWebhook: () => configuration.enableSome(0.3),
      rotateSecret: () => configuration.rotate(),
      deleteWebhook: () => configuration.delete(),
      createWebhook: () => configuration.create(),
      changeSubscription: () => configuration.changeSubscription(),
      changeReceiver: () => this.#changeReceiver(),
      pull: () => this.#consumers.pull(this.#consumers.any()),
      call: () => this.#callers.call(),
      watchCalls: () => this.#callers.watch(),
      sleepLong: () => {},
      replay: () => this.#replay(),
      cancelReplay: () => this.#past.cancelReplay(),
      eraseCall: () => this.#past.eraseCall(),
      eraseUnanswered: () => this.#past.eraseUnanswered(),
      otherChanges: () => this.#other.change(),
      otherAsks: () => this.#other.ask(),
      loseListener: () => this.#loseListener(),
      crash: () => world.process?.life.crash(),
      crashSoon: () => world.process?.life.crashAfter(1 + prng.below(25)),
      restart: () => {
        // A test that somebody waits for is no delivery of a lane: a stop has to mind it by itself.
        if (prng.chance(0.3)) publisher.sendExample(configuration.anyWebhook())
        world.restart()
      },
      jumpForward: () => this.#jumpForward(),
      jumpBack: () => this.#jumpBack(),
    }
  }

  /** Half of them while much is published: live traffic goes first, and finds what the replay has taken. */
  #replay(): void {
    this.#past.replay()
    if (this.#prng.chance(0.5)) return
    const { clock } = this.#world
    for (let nth = 1; nth <= PUBLISHES_MEANWHILE; nth++) clock.schedule(() => this.#publisher.publish(1), nth * 3)
  }

  /** Half of them while much is waiting. */
  #loseListener(): void {
    if (this.#prng.chance(0.5)) this.#publisher.publish(PUBLISHED_BEFORE)
    this.#other.unheard()
  }

  #jumpForward(): void {
    const prng = this.#prng
    // Beyond what events are kept for, if they are not kept for ever.
    const isLong = prng.chance(0.3)
    this.#lastJumpMs = Math.round(
      isLong ? prng.betweenMagnitudes(HOUR_MS, 30 * HOUR_MS) : prng.betweenMagnitudes(1000, HOUR_MS),
    )
    this.#world.jump(this.#lastJumpMs)
  }

  /** Half of them put right what was wrong. */
  #jumpBack(): void {
    const undoes = this.#lastJumpMs > 0 && this.#prng.chance(0.5)
    this.#world.jump(-(undoes ? this.#lastJumpMs : Math.round(this.#prng.betweenMagnitudes(1000, 5 * HOUR_MS))))
    this.#lastJumpMs = 0
  }

  #changeReceiver(): void {
    const webhook = this.#configuration.anyWebhook()
    if (webhook === undefined) return
    const moods: readonly Mood[] = [
      'well',
      'well',
      'well',
      'troubled',
      'troubled',
      'troubled',
      'slow',
      'away',
      'failing',
    ]
    this.#world.network.setMood(webhook.id, this.#prng.pick(moods))
  }

  #pauseMs(): number {
    const prng = this.#prng
    const luck = prng.fraction()
    if (luck < 0.6) return prng.between(0, 20)
    if (luck < 0.9) return prng.between(20, 500)
    return luck < 0.99 ? prng.between(500, 10_000) : prng.between(10_000, 120_000)
  }

  /** Longer where the retries are: a receiver may be away for days. */
  #longSleepMs(): number {
    const scheduleS = this.#world.swarm.scheduleSeconds.reduce((sum, delayS) => sum + delayS, 0)
    return this.#prng.betweenMagnitudes(60_000, Math.max(20 * 60_000, scheduleS * 300))
  }

  /** What was asked of this process and has neither a result nor an error. */
  unanswered(process: Process): readonly string[] {
    return [...this.#unanswered].filter(([, asked]) => asked === process).map(([{ what }]) => what)
  }

  /** Does what a request asks for. It may end in a refusal, or in an error when the disk failed; else it is a fault. */
  #attempt(what: string, work: () => Promise<void>): void {
    const { process } = this.#world
    const asked = { what }
    this.#world.trace.add(what)
    if (process !== undefined) this.#unanswered.set(asked, process)
    const ended = work().finally(() => this.#unanswered.delete(asked))
    ended.catch((error: unknown) => {
      if (error instanceof InjectedFault) {
        this.#world.trace.add(`${what}: failed`)
        return
      }
      if (error instanceof Refusal) return this.#world.trace.add(`${what}: refused`)
      const { message, stack } = error instanceof Error ? error : { message: String(error), stack: '' }
      this.#world.trace.violate(`${what} ended with "${message}" ${stack ?? ''}`)
    })
  }
}
