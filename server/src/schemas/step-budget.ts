// Owns the bound on what validating may take, counted in steps and so the same on every machine.
// Must never be given more once it is in use.

/** Thrown where the budget ends; whoever gave the budget catches it. */
export class OutOfSteps extends Error {}

export class StepBudget {
  readonly #limit: number
  #left: number

  constructor(limit: number) {
    this.#limit = limit
    this.#left = limit
  }

  get spent(): number {
    return this.#limit - this.#left
  }

  /** Throws OutOfSteps when nothing is left. To be called before the work, not after it. */
  spend(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw new OutOfSteps('validating takes more steps than it may')
  }
}
