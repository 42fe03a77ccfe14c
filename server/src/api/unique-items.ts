// Owns `uniqueItems` in linear time: Ajv compares every pair, and 100,000 items would hold the process for minutes.
// Must never be given a value deeper than the contract's limit: it recurses.

/** The indexes of two items that are equal in the sense of JSON Schema: member order does not matter, 1.0 is 1. */
export function equalItems(items: readonly unknown[]): { readonly i: number; readonly j: number } | undefined {
  const seen = new Map<string, number>()
  for (const [i, item] of items.entries()) {
    const text = canonicalText(item)
    const j = seen.get(text)
    if (j !== undefined) return { i, j }
    seen.set(text, i)
  }
  return undefined
}

function canonicalText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member)}`)
  return `{${members.sort().join(',')}}`
}
