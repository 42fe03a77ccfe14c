// Owns a set that remembers the last so many: a listener may run for weeks.

const SIZE_MAX = 10_000

export class RecentSet {
  readonly #values = new Set<string>()

  has(value: string): boolean {
    return this.#values.has(value)
  }

  add(value: string): void {
    this.#values.delete(value)
    this.#values.add(value)
    const [oldest] = this.#values
    if (this.#values.size > SIZE_MAX && oldest !== undefined) this.#values.delete(oldest)
  }
}
