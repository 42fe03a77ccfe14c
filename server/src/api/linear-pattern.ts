// Owns regular expressions that a workspace wrote: they run in time linear in the text (RE2), within a budget of steps.
// Must never hand a workspace's pattern to the engine's backtracking RegExp.
import { RE2JS } from 're2js'
import type { StepBudget } from './step-budget.ts'

/** Steps of the automaton that cost about as much as one judged subschema (measured: some 10 ns each). */
const AUTOMATON_STEPS_PER_UNIT = 100

/** What Ajv needs of a regular expression. */
export interface LinearPattern {
  test(text: string): boolean
}

/** Throws when the pattern is invalid or needs what a linear engine cannot do. */
export function linearPattern(pattern: string, budget: StepBudget): LinearPattern {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern))
  const size = compiled.programSize()
  return {
    test(text) {
      budget.spend(1 + (text.length * size) / AUTOMATON_STEPS_PER_UNIT)
      return compiled.test(text)
    },
  }
}
