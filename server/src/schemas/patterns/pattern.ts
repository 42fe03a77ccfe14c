// Owns a pattern that a workspace wrote, compiled: what it means to ECMA-262, in time linear in the text.
// Must never hand a text of an event to the engine's backtracking RegExp together with a workspace's pattern.
import type { StepBudget } from '../step-budget.ts'
import { matches } from './matcher.ts'
import { type Program, programBytes } from './program.ts'

export class Pattern {
  readonly #program: Program

  constructor(program: Program) {
    this.#program = program
  }

  get bytes(): number {
    return programBytes(this.#program)
  }

  /** Whether it matches somewhere in the text. Throws OutOfSteps. */
  test(text: string, budget: StepBudget): boolean {
    return matches(this.#program, text, budget)
  }
}
