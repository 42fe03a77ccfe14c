// Owns which members and items of a value have been evaluated (JSON Schema 2020-12, core §11): what `unevaluated…` leaves out.
import type { StepBudget } from './step-budget.ts'

export class Evaluated {
  readonly #names = new Set<string>()
  readonly #indexes = new Set<number>()
  #hasAllNames = false
  /** Items before this index are evaluated. */
  #itemsEnd = 0

  name(name: string): void {
    this.#names.add(name)
  }

  index(index: number): void {
    this.#indexes.add(index)
  }

  allNames(): void {
    this.#hasAllNames = true
  }

  itemsBefore(end: number): void {
    this.#itemsEnd = Math.max(this.#itemsEnd, end)
  }

  hasName(name: string): boolean {
    return this.#hasAllNames || this.#names.has(name)
  }

  hasIndex(index: number): boolean {
    return index < this.#itemsEnd || this.#indexes.has(index)
  }

  /** Adds what a valid subschema has evaluated. */
  add(other: Evaluated, budget: StepBudget): void {
    budget.spend(other.#names.size + other.#indexes.size)
    for (const name of other.#names) this.#names.add(name)
    for (const index of other.#indexes) this.#indexes.add(index)
    this.#hasAllNames ||= other.#hasAllNames
    this.itemsBefore(other.#itemsEnd)
  }
}
