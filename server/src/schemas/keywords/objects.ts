// Owns the keywords of objects that apply schemas to members: properties, patternProperties, additionalProperties, propertyNames.
// Must never read a member that an object inherits: `constructor` is a name like any other.
import { isObject, type JsonObject, type Keyword, type KeywordPlace, member } from '../keyword.ts'
import { readObject } from '../keyword-values.ts'
import type { Pattern } from '../patterns/pattern.ts'
import type { Check, Run, SchemaNode } from '../run.ts'
import { UNEXPECTED, unwantedName } from '../sentences.ts'

export const OBJECT_KEYWORDS = {
  properties: { read: (value, place) => propertiesCheck(nodesOf(readObject(value, place), place)) },
  patternProperties: {
    read(value, place) {
      const nodes = nodesOf(readObject(value, place), place)
      return patternPropertiesCheck([...nodes].map(([text, node]) => ({ pattern: place.pattern(text), node })))
    },
  },
  additionalProperties: { read: (value, place) => additionalCheck(place.child(value), place) },
  propertyNames: {
    read(value, place) {
      const node = place.child(value)
      return (data, run) => !isObject(data) || areNamesValid(node, Object.keys(data), run)
    },
  },
} as const satisfies Readonly<Record<string, Keyword>>

function nodesOf(schemas: JsonObject, place: KeywordPlace): ReadonlyMap<string, SchemaNode> {
  return new Map(Object.keys(schemas).map((name) => [name, place.child(schemas[name], name)]))
}

function propertiesCheck(nodes: ReadonlyMap<string, SchemaNode>): Check {
  return (data, run) => {
    if (!isObject(data)) return true
    run.budget.spend(nodes.size)
    let isValid = true
    for (const [name, node] of nodes) {
      if (!Object.hasOwn(data, name)) continue
      run.evaluated?.name(name)
      if (run.applyTo(node, data[name], name)) continue
      isValid = false
      if (run.isQuiet) break
    }
    return isValid
  }
}

function patternPropertiesCheck(entries: readonly { readonly pattern: Pattern; readonly node: SchemaNode }[]): Check {
  return (data, run) => {
    if (!isObject(data)) return true
    let isValid = true
    for (const name of Object.keys(data)) {
      run.budget.spend(1 + entries.length)
      for (const { pattern, node } of entries) {
        if (!pattern.test(name, run.budget)) continue
        run.evaluated?.name(name)
        isValid = run.applyTo(node, data[name], name) && isValid
        if (!isValid && run.isQuiet) return false
      }
    }
    return isValid
  }
}

function additionalCheck(node: SchemaNode, { siblings, pattern }: KeywordPlace): Check {
  const properties = member(siblings, 'properties')
  const patternProperties = member(siblings, 'patternProperties')
  const known = new Set(isObject(properties) ? Object.keys(properties) : [])
  const patterns = isObject(patternProperties) ? Object.keys(patternProperties).map((text) => pattern(text)) : []
  return (data, run) => {
    if (!isObject(data)) return true
    const names = Object.keys(data).filter((name) => {
      run.budget.spend(1 + patterns.length)
      return !known.has(name) && !patterns.some((one) => one.test(name, run.budget))
    })
    run.evaluated?.allNames()
    return applyToMembers(node, data, names, run, ADDITIONAL)
  }
}

const ADDITIONAL = () => UNEXPECTED

/**
 * Whether the members by these names are valid.
 * @param unwanted what is said of a member where the schema is `false`
 */
export function applyToMembers(
  node: SchemaNode,
  data: JsonObject,
  names: readonly string[],
  run: Run,
  unwanted: typeof ADDITIONAL,
): boolean {
  let isValid = true
  for (const name of names) {
    if (node.isNever ? run.fail(unwanted, name) : run.applyTo(node, data[name], name)) continue
    isValid = false
    if (run.isQuiet) break
  }
  return isValid
}

function areNamesValid(node: SchemaNode, names: readonly string[], run: Run): boolean {
  let isValid = true
  for (const name of names) {
    run.budget.spend(1)
    // A name is no member of the value: what is wrong with it is told at the member, in one sentence.
    if (run.reportTo(undefined, () => run.applyTo(node, name, name))) continue
    run.fail(() => unwantedName(name), name)
    isValid = false
    if (run.isQuiet) break
  }
  return isValid
}
