// Owns taking turns between lists.

/** The first of each list, then the second of each. */
export function interleave<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length))
  const mixed: T[] = []
  for (let index = 0; index < longest; index++) {
    for (const list of lists) {
      const item = list[index]
      if (item !== undefined) mixed.push(item)
    }
  }
  return mixed
}
