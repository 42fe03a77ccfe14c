// Owns one validation of one value: the budget, the place that has been reached, what has been evaluated, what was found.
// Must never run twice: a run that has ended with OutOfSteps is in the middle of something.
import { NESTING_MAX } from './bounds.ts'
import { Evaluated } from './evaluated.ts'
import { escapePointer, type Sentence } from './finding.ts'
import type { Report } from './report.ts'
import { OutOfSteps, type StepBudget } from './step-budget.ts'

/** What one keyword asserts. False: the value is invalid, and the run has been told why. */
export type Check = (value: unknown, run: Run) => boolean

/** One schema of a document. Filled while the document is compiled, never changed after it. */
export interface SchemaNode {
  /** It is the schema `false`. */
  readonly isNever: boolean
  checks: readonly Check[]
  /** `unevaluated…`: they look at what all others have evaluated, and only when those found nothing wrong. */
  lastChecks: readonly Check[] | undefined
}

export class Run {
  readonly budget: StepBudget
  /** Of the schema that is being applied; undefined: nobody asks. */
  evaluated: Evaluated | undefined
  /** Undefined: only the verdict is wanted, so the first thing that is wrong ends the run. */
  #report: Report | undefined
  readonly #path: (string | number)[] = []
  #nesting = 0

  constructor(budget: StepBudget, report?: Report) {
    this.budget = budget
    this.#report = report
  }

  get isQuiet(): boolean {
    return this.#report === undefined
  }

  /** Whether the value is valid by the schema. Throws OutOfSteps. */
  apply(node: SchemaNode, value: unknown): boolean {
    this.budget.spend(1 + node.checks.length)
    if (++this.#nesting > NESTING_MAX) throw new OutOfSteps('more schemas are applied at once than may be')
    const outer = this.evaluated
    const { lastChecks } = node
    if (lastChecks !== undefined) this.evaluated = new Evaluated()
    let isValid = true
    for (const check of node.checks) {
      if (check(value, this)) continue
      isValid = false
      if (this.#report === undefined || this.#report.isFull) break
    }
    if (lastChecks !== undefined) {
      if (isValid) for (const check of lastChecks) isValid = check(value, this) && isValid
      if (isValid && this.evaluated !== undefined) outer?.add(this.evaluated, this.budget)
      this.evaluated = outer
    }
    this.#nesting--
    return isValid
  }

  /** The same for a member or an item of the value. */
  applyTo(node: SchemaNode, value: unknown, name: string | number): boolean {
    const outer = this.evaluated
    this.evaluated = undefined
    this.#path.push(name)
    const isValid = this.apply(node, value)
    this.#path.pop()
    this.evaluated = outer
    return isValid
  }

  /** The same in place; what it evaluates counts only when the value is valid. */
  applyBranch(node: SchemaNode, value: unknown): boolean {
    const outer = this.evaluated
    if (outer === undefined) return this.apply(node, value)
    this.evaluated = new Evaluated()
    const isValid = this.apply(node, value)
    if (isValid) outer.add(this.evaluated, this.budget)
    this.evaluated = outer
    return isValid
  }

  /** A report for branches of which one has to fit; undefined when nobody wants to know. */
  branchReport(): Report | undefined {
    return this.#report?.branch()
  }

  /** Runs with nobody to report to, or with a report of its own that the caller may add. */
  reportTo<T>(report: Report | undefined, run: () => T): T {
    const outer = this.#report
    this.#report = report
    const result = run()
    this.#report = outer
    return result
  }

  add(report: Report): void {
    this.#report?.addAll(report)
  }

  /** @param member the name of the member that the sentence is about, where it is not the value itself */
  fail(sentence: () => Sentence, member?: string): false {
    if (this.#report !== undefined && !this.#report.isFull) {
      const path = member === undefined ? this.#path : [...this.#path, member]
      this.#report.add({ path: path.map((name) => `/${escapePointer(String(name))}`).join(''), ...sentence() })
    }
    return false
  }
}
