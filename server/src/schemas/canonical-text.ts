// Owns when two values of JSON are equal: as texts in which members are sorted, so that a set of them finds equal ones at once.
// Must never be given a value deeper than a request may be: it recurses.
import { isObject } from './keyword.ts'
import type { StepBudget } from './step-budget.ts'

const CHARACTERS_PER_STEP = 16

/** Equal for equal values and for no others: the order of members does not matter, 1.0 is 1, -0 is 0. */
export function canonicalText(value: unknown, budget?: StepBudget): string {
  if (typeof value === 'string') {
    budget?.spend(1 + value.length / CHARACTERS_PER_STEP)
    return JSON.stringify(value)
  }
  budget?.spend(1)
  // String writes -0 as 0, and what was too large to be a number as it is.
  if (Array.isArray(value)) return `[${value.map((item) => canonicalText(item, budget)).join(',')}]`
  if (!isObject(value)) return String(value)
  const members = Object.keys(value).map(
    (name) => `${canonicalText(name, budget)}:${canonicalText(value[name], budget)}`,
  )
  // Sorting compares each some log n times.
  budget?.spend(members.length * Math.log2(members.length + 1))
  return `{${members.sort().join(',')}}`
}

/** The values in a value, itself included. */
export function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce((sum: number, item) => sum + countValues(item), 1)
}
