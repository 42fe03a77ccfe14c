// Owns how much is validated on the main thread in one turn of its event loop, and a workspace's share of it.
// Must never decide a verdict: what finds no allowance is validated in the thread, with the same result.
import type { EventLoop } from '../platform/event-loop.ts'

/** Of 10 to 100 ns each: 10 ms at worst. */
const STEPS_PER_TURN = 100_000
const SHARE = STEPS_PER_TURN / 2

export class TurnAllowance {
  readonly #loop: Pick<EventLoop, 'turnEnd'>
  readonly #spent = new Map<string, number>()
  #left = STEPS_PER_TURN

  constructor(loop: Pick<EventLoop, 'turnEnd'>) {
    this.#loop = loop
  }

  /** Steps that a workspace may still take in this turn. */
  leftFor(workspaceId: string): number {
    return Math.min(this.#left, SHARE - (this.#spent.get(workspaceId) ?? 0))
  }

  spend(workspaceId: string, steps: number): void {
    if (this.#spent.size === 0) void this.#loop.turnEnd().then(() => this.#renew())
    this.#left -= steps
    this.#spent.set(workspaceId, (this.#spent.get(workspaceId) ?? 0) + steps)
  }

  #renew(): void {
    this.#left = STEPS_PER_TURN
    this.#spent.clear()
  }
}
