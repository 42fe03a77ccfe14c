// Owns who waits for something that is short: groups take turns, and in a group whoever came first is first.

/** Groups that are looked at for one that may go: who waits must not make it dear to go. */
const LOOKS_MAX = 16

export class FairQueue<Group, Item> {
  readonly #groups = new Map<Group, Set<Item>>()

  get isEmpty(): boolean {
    return this.#groups.size === 0
  }

  countOf(group: Group): number {
    return this.#groups.get(group)?.size ?? 0
  }

  /** Who waits already keeps its place. */
  add(group: Group, item: Item): void {
    const items = this.#groups.get(group)
    if (items === undefined) this.#groups.set(group, new Set([item]))
    else items.add(item)
  }

  has(group: Group, item: Item): boolean {
    return this.#groups.get(group)?.has(item) === true
  }

  delete(group: Group, item: Item): void {
    const items = this.#groups.get(group)
    if (items?.delete(item) === true && items.size === 0) this.#groups.delete(group)
  }

  /** Takes out the first of the first group in which it may go. That group is the last one then. */
  take(mayGo: (item: Item, group: Group) => boolean): Item | undefined {
    // Those that are put back at the end would else be seen again.
    let looksLeft = Math.min(this.#groups.size, LOOKS_MAX)
    for (const [group, items] of this.#groups) {
      if (looksLeft-- === 0) return undefined
      const item = items.values().next().value
      if (item === undefined) continue
      const isGoing = mayGo(item, group)
      if (isGoing) items.delete(item)
      this.#putLast(group, items)
      if (isGoing) return item
    }
    return undefined
  }

  /** Whose turn is next, first. */
  groups(): Iterable<Group> {
    return this.#groups.keys()
  }

  *items(): Iterable<Item> {
    for (const items of this.#groups.values()) yield* items
  }

  #putLast(group: Group, items: Set<Item>): void {
    // Nearly always there is one group, and a map that is deleted from and added to grows anew each time.
    if (items.size > 0 && this.#groups.size === 1) return
    this.#groups.delete(group)
    if (items.size > 0) this.#groups.set(group, items)
  }
}
