// Owns the bound on how long one event may be judged by a workspace's schema.
// Must never be shared between schemas that run at the same time: judging is synchronous.

/** At most 0.4 s (measured with the worst schemas found), mostly far less: a schema of 32 KiB can otherwise branch 2^64 times over a deep event. */
export const STEPS_MAX = 300_000

export class TooManySteps extends Error {}

export class StepBudget {
  #left = STEPS_MAX

  /** To be called before each event. */
  refill(): void {
    this.#left = STEPS_MAX
  }

  /** Throws TooManySteps when nothing is left. */
  spend(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw new TooManySteps('the schema takes too many steps over this data')
  }
}
