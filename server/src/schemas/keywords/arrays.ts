// Owns the keywords of arrays: prefixItems, items, contains with minContains and maxContains, lengths, uniqueItems.
import { canonicalText } from '../canonical-text.ts'
import { type Keyword, type KeywordPlace, member } from '../keyword.ts'
import { readBoolean, readCount, readSchemas } from '../keyword-values.ts'
import type { Check, Run, SchemaNode } from '../run.ts'
import { atLeast, atMost, matchingItems, sameItem } from '../sentences.ts'

export const ARRAY_KEYWORDS = {
  maxItems: {
    read(value, place) {
      const limit = readCount(value, place)
      const sentence = () => atMost(limit, 'items')
      return (data, run) => !Array.isArray(data) || data.length <= limit || run.fail(sentence)
    },
  },
  minItems: {
    read(value, place) {
      const limit = readCount(value, place)
      const sentence = () => atLeast(limit, 'items')
      return (data, run) => !Array.isArray(data) || data.length >= limit || run.fail(sentence)
    },
  },
  uniqueItems: {
    read(value, place) {
      if (!readBoolean(value, place)) return undefined
      return (data, run) => {
        const equal = Array.isArray(data) ? equalItems(data, run) : undefined
        return equal === undefined || run.fail(() => sameItem(equal.first, equal.second))
      }
    },
  },
  prefixItems: {
    read(value, place) {
      const nodes = readSchemas(value, place).map((schema, index) => place.child(schema, index))
      return (data, run) => {
        if (!Array.isArray(data)) return true
        run.evaluated?.itemsBefore(nodes.length)
        return nodes.slice(0, data.length).reduce((valid, node, index) => {
          if (!valid && run.isQuiet) return false
          return run.applyTo(node, data[index], index) && valid
        }, true)
      }
    },
  },
  items: {
    read(value, place) {
      const node = place.child(value)
      const prefix = member(place.siblings, 'prefixItems')
      const start = Array.isArray(prefix) ? prefix.length : 0
      return (data, run) => {
        if (!Array.isArray(data)) return true
        run.evaluated?.itemsBefore(data.length)
        return applyToItems(node, data, start, run)
      }
    },
  },
  contains: { read: (value, place) => containsCheck(place.child(value), place) },
  minContains: { read: (value, place) => void readCount(value, place) },
  maxContains: { read: (value, place) => void readCount(value, place) },
} as const satisfies Readonly<Record<string, Keyword>>

/** Whether the items from an index on are valid; each of them is told unless the run is quiet. */
export function applyToItems(node: SchemaNode, items: readonly unknown[], start: number, run: Run): boolean {
  let isValid = true
  for (let index = start; index < items.length; index++) {
    if (run.applyTo(node, items[index], index)) continue
    isValid = false
    if (run.isQuiet) break
  }
  return isValid
}

function containsCheck(node: SchemaNode, { siblings }: KeywordPlace): Check {
  const least = countOf(member(siblings, 'minContains'), 1)
  const most = countOf(member(siblings, 'maxContains'), Number.POSITIVE_INFINITY)
  const sentence = () => matchingItems(least, most === Number.POSITIVE_INFINITY ? undefined : most)
  return (data, run) => {
    if (!Array.isArray(data)) return true
    const count = run.reportTo(undefined, () => countValid(node, data, run))
    return (count >= least && count <= most) || run.fail(sentence)
  }
}

function countValid(node: SchemaNode, items: readonly unknown[], run: Run): number {
  let count = 0
  for (const [index, item] of items.entries()) {
    if (!run.applyTo(node, item, index)) continue
    run.evaluated?.index(index)
    count++
  }
  return count
}

/** A value that is not a count is refused where its own keyword is read. */
function countOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}

/** A text in a large set costs more than it seems. */
const UNIQUE_STEPS = 8

interface EqualItems {
  readonly first: number
  readonly second: number
}

/** In one pass: comparing every pair would take minutes for 100,000 items. */
function equalItems(items: readonly unknown[], run: Run): EqualItems | undefined {
  const seen = new Map<string, number>()
  for (const [second, item] of items.entries()) {
    run.budget.spend(UNIQUE_STEPS)
    const text = canonicalText(item, run.budget)
    const first = seen.get(text)
    if (first !== undefined) return { first, second }
    seen.set(text, second)
  }
  return undefined
}
