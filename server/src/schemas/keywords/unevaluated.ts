// Owns unevaluatedItems and unevaluatedProperties: what no other keyword of the schema, or of those applied in place, has seen.
import { isObject, type Keyword } from '../keyword.ts'
import type { Run, SchemaNode } from '../run.ts'
import { UNEXPECTED, UNEXPECTED_ITEM } from '../sentences.ts'
import { applyToMembers } from './objects.ts'

export const UNEVALUATED_KEYWORDS = {
  unevaluatedItems: {
    isLast: true,
    read(value, place) {
      const node = place.child(value)
      return (data, run) => !Array.isArray(data) || areItemsValid(node, data, run)
    },
  },
  unevaluatedProperties: {
    isLast: true,
    read(value, place) {
      const node = place.child(value)
      return (data, run) => {
        if (!isObject(data)) return true
        const { evaluated } = run
        const names = Object.keys(data).filter((name) => {
          run.budget.spend(1)
          return evaluated?.hasName(name) !== true
        })
        evaluated?.allNames()
        return applyToMembers(node, data, names, run, PROPERTIES)
      }
    },
  },
} as const satisfies Readonly<Record<string, Keyword>>

const PROPERTIES = () => UNEXPECTED
const ITEMS = () => UNEXPECTED_ITEM

function areItemsValid(node: SchemaNode, items: readonly unknown[], run: Run): boolean {
  const { evaluated } = run
  let isValid = true
  for (const [index, item] of items.entries()) {
    run.budget.spend(1)
    if (evaluated?.hasIndex(index) === true) continue
    if (node.isNever ? run.fail(ITEMS, String(index)) : run.applyTo(node, item, index)) continue
    isValid = false
    if (run.isQuiet) break
  }
  evaluated?.itemsBefore(items.length)
  return isValid
}
