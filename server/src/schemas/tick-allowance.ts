// Owns how much is validated on the main thread in one tick of the event loop, and a workspace's share of it.
// Must never decide a verdict: what finds no allowance is validated later or elsewhere, with the same result.
import type { EventLoop } from '../platform/event-loop.ts'

/** Some 3 ms in the worst case. */
const STEPS_PER_TICK = 60_000
const SHARE = STEPS_PER_TICK / 3

export class TickAllowance {
  readonly #loop: Pick<EventLoop, 'afterTick'>
  readonly #spent = new Map<string, number>()
  #left = STEPS_PER_TICK
  #afterTick: Promise<void> | undefined

  constructor(loop: Pick<EventLoop, 'afterTick'>) {
    this.#loop = loop
  }

  /** Steps that a workspace may still take in this tick. */
  leftFor(workspaceId: string): number {
    return Math.min(this.#left, SHARE - (this.#spent.get(workspaceId) ?? 0))
  }

  /** Whether a workspace could never take more in one tick. */
  isWhole(steps: number): boolean {
    return steps >= SHARE
  }

  spend(workspaceId: string, steps: number): void {
    void this.nextTick()
    this.#left -= steps
    this.#spent.set(workspaceId, (this.#spent.get(workspaceId) ?? 0) + steps)
  }

  /** Resolves when there is a new allowance; who waited longest goes on first. */
  nextTick(): Promise<void> {
    this.#afterTick ??= this.#loop.afterTick().then(() => {
      this.#afterTick = undefined
      this.#left = STEPS_PER_TICK
      this.#spent.clear()
    })
    return this.#afterTick
  }
}
