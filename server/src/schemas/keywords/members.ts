// Owns the keywords that assert which members an object has: counts, required, dependentRequired, dependencies.
// Must never take a member that an object inherits for its own.
import { isObject, type JsonObject, type Keyword, type KeywordPlace } from '../keyword.ts'
import { readCount, readNames, readObject } from '../keyword-values.ts'
import type { Check, Run } from '../run.ts'
import { atLeast, atMost, MISSING } from '../sentences.ts'

const NAMES_PER_STEP = 4

export const MEMBER_KEYWORDS = {
  maxProperties: {
    read(value, place) {
      const limit = readCount(value, place)
      const sentence = () => atMost(limit, 'members')
      return (data, run) => !isObject(data) || countOf(data, run) <= limit || run.fail(sentence)
    },
  },
  minProperties: {
    read(value, place) {
      const limit = readCount(value, place)
      const sentence = () => atLeast(limit, 'members')
      return (data, run) => !isObject(data) || countOf(data, run) >= limit || run.fail(sentence)
    },
  },
  required: {
    read(value, place) {
      const names = readNames(value, place)
      return (data, run) => !isObject(data) || hasAll(data, names, run)
    },
  },
  dependentRequired: {
    read(value, place) {
      const object = readObject(value, place)
      return dependentCheck(Object.keys(object).map((name) => [name, readNames(object[name], place)]))
    },
  },
  dependentSchemas: {
    read(value, place) {
      const object = readObject(value, place)
      return dependentCheck(Object.keys(object).map((name) => schemaOf(name, object[name], place)))
    },
  },
  /** Of draft-07: each member is a list of names or a schema. 2020-12 keeps the word free for those who come from there. */
  dependencies: {
    read(value, place) {
      const object = readObject(value, place)
      return dependentCheck(
        Object.keys(object).map((name) =>
          Array.isArray(object[name]) ? [name, readNames(object[name], place)] : schemaOf(name, object[name], place),
        ),
      )
    },
  },
} as const satisfies Readonly<Record<string, Keyword>>

type Dependent = readonly [name: string, wanted: readonly string[] | Check]

function schemaOf(name: string, schema: unknown, place: KeywordPlace): Dependent {
  const node = place.inPlace(schema, name)
  return [name, (data, run) => run.apply(node, data)]
}

function dependentCheck(dependents: readonly Dependent[]): Check {
  return (data, run) => {
    if (!isObject(data)) return true
    run.budget.spend(dependents.length)
    let isValid = true
    for (const [name, wanted] of dependents) {
      if (!Object.hasOwn(data, name)) continue
      if (typeof wanted === 'function' ? wanted(data, run) : hasAll(data, wanted, run)) continue
      isValid = false
      if (run.isQuiet) break
    }
    return isValid
  }
}

function hasAll(data: JsonObject, names: readonly string[], run: Run): boolean {
  run.budget.spend(names.length)
  let isValid = true
  for (const name of names) {
    if (Object.hasOwn(data, name)) continue
    isValid = run.fail(() => MISSING, name)
    if (run.isQuiet) break
  }
  return isValid
}

function countOf(data: JsonObject, run: Run): number {
  const count = Object.keys(data).length
  run.budget.spend(count / NAMES_PER_STEP)
  return count
}
