// Owns whose turn it is: what waits is taken from the workspaces in turn, so that one with a thousand waits no less than others.

export class FairQueue<T> {
  /** The workspace whose turn is next comes first. */
  readonly #waiting = new Map<string, T[]>()

  /** How many of a workspace wait. */
  countOf(workspaceId: string): number {
    return this.#waiting.get(workspaceId)?.length ?? 0
  }

  add(workspaceId: string, item: T): void {
    const items = this.#waiting.get(workspaceId)
    if (items === undefined) this.#waiting.set(workspaceId, [item])
    else items.push(item)
  }

  /** Undefined when nothing waits. */
  take(): T | undefined {
    const [next] = this.#waiting
    if (next === undefined) return undefined
    const [workspaceId, items] = next
    const item = items.shift()
    this.#waiting.delete(workspaceId)
    // Behind all the others.
    if (items.length > 0) this.#waiting.set(workspaceId, items)
    return item
  }
}
