// Owns how much is validated on the main thread in one turn of its event loop, and a workspace's share of it.
// Must never decide a verdict: what finds no allowance is validated later or elsewhere, with the same result.
import type { EventLoop } from '../platform/event-loop.ts'

/** Some 3 ms in the worst case. */
const STEPS_PER_TURN = 60_000
const SHARE = STEPS_PER_TURN / 3

export class TurnAllowance {
  readonly #loop: Pick<EventLoop, 'afterTick'>
  readonly #spent = new Map<string, number>()
  #left = STEPS_PER_TURN
  #afterTick: Promise<void> | undefined

  constructor(loop: Pick<EventLoop, 'afterTick'>) {
    this.#loop = loop
  }

  /** Steps that a workspace may still take in this turn. */
  leftFor(workspaceId: string): number {
    return Math.min(this.#left, SHARE - (this.#spent.get(workspaceId) ?? 0))
  }

  /** Whether a workspace could never take more in one turn. */
  isWhole(steps: number): boolean {
    return steps >= SHARE
  }

  spend(workspaceId: string, steps: number): void {
    void this.nextTurn()
    this.#left -= steps
    this.#spent.set(workspaceId, (this.#spent.get(workspaceId) ?? 0) + steps)
  }

  /** Resolves when there is a new allowance; who waited longest goes on first. */
  nextTurn(): Promise<void> {
    this.#afterTick ??= this.#loop.afterTick().then(() => {
      this.#afterTick = undefined
      this.#left = STEPS_PER_TURN
      this.#spent.clear()
    })
    return this.#afterTick
  }
}
