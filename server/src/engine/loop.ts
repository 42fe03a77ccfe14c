// Owns the only timer loop of the engine: runs one bounded batch after another, sleeps until the next one is due, and
// never loses a wake-up that comes while a batch is running.
import type { Cancel, Clock } from '../platform/clock.ts'

/** @param loop the name of the one that failed */
export type OnFault = (error: unknown, loop: string) => void

export interface LoopDependencies {
  readonly clock: Clock
  /** One bounded batch. Returns the milliseconds until it wants to run again; 0: at once. */
  readonly runOnce: () => Promise<number>
  /** For the log. */
  readonly name: string
  /** Called with what runOnce threw; the loop goes on after `RETRY_MS`. */
  readonly onFault: OnFault
}

const RETRY_MS = 1000

export class Loop {
  readonly #dependencies: LoopDependencies
  #cancel: Cancel | undefined
  #dueAt = Number.POSITIVE_INFINITY
  #running: Promise<void> | undefined
  #wakeUp = false
  #started = false

  constructor(dependencies: LoopDependencies) {
    this.#dependencies = dependencies
  }

  start(): void {
    if (this.#started) return
    this.#started = true
    this.wake()
  }

  /** Runs as soon as possible: now, or right after the batch that is running. */
  wake(): void {
    this.wakeIn(0)
  }

  /** Runs no later than in `delayMs`. */
  wakeIn(delayMs: number): void {
    if (!this.#started) return
    if (this.#running !== undefined && delayMs === 0) {
      this.#wakeUp = true
      return
    }
    const dueAt = this.#dependencies.clock.monotonic() + delayMs
    if (dueAt >= this.#dueAt) return
    this.#cancel?.()
    this.#dueAt = dueAt
    this.#cancel = this.#dependencies.clock.schedule(() => this.#fire(), delayMs)
  }

  /** Resolves when the batch that is running, if any, is done. Nothing runs after it. */
  async stop(): Promise<void> {
    this.#started = false
    this.#cancel?.()
    this.#dueAt = Number.POSITIVE_INFINITY
    await this.#running
  }

  #fire(): void {
    this.#dueAt = Number.POSITIVE_INFINITY
    if (this.#running !== undefined) this.#wakeUp = true
    else this.#running = this.#run()
  }

  async #run(): Promise<void> {
    this.#wakeUp = false
    const delayMs = await this.#dependencies.runOnce().catch((error: unknown) => {
      this.#dependencies.onFault(error, this.#dependencies.name)
      return RETRY_MS
    })
    this.#running = undefined
    this.wakeIn(this.#wakeUp ? 0 : delayMs)
  }
}
