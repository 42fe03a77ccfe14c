// Owns the keywords that apply schemas to the same value and combine their verdicts: allOf, anyOf, oneOf, not, if.
import type { Keyword, KeywordPlace } from '../keyword.ts'
import { readSchemas } from '../keyword-values.ts'
import type { Check, Run, SchemaNode } from '../run.ts'
import { NONE_OF_SEVERAL, NOT_ONE_OF_SEVERAL, UNWANTED } from '../sentences.ts'

export const LOGIC_KEYWORDS = {
  allOf: {
    read(value, place) {
      const nodes = branchesOf(value, place)
      return (data, run) => areAllValid(nodes, data, run)
    },
  },
  anyOf: {
    read(value, place) {
      const nodes = branchesOf(value, place)
      return (data, run) => isAnyValid(nodes, data, run)
    },
  },
  oneOf: {
    read(value, place) {
      const nodes = branchesOf(value, place)
      return (data, run) => isOneValid(nodes, data, run)
    },
  },
  not: {
    read(value, place) {
      const node = place.inPlace(value)
      return (data, run) => !isValidUnseen(node, data, run) || run.fail(NOT)
    },
  },
  if: {
    read(value, place) {
      const condition = place.inPlace(value)
      return ifCheck(condition, place.sibling('then'), place.sibling('else'))
    },
  },
  // `if` applies them; alone they are places that references may name.
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema named the keyword
  then: { read: (value, place) => void place.inPlace(value) },
  else: { read: (value, place) => void place.inPlace(value) },
} as const satisfies Readonly<Record<string, Keyword>>

const NOT = () => UNWANTED
const ANY = () => NONE_OF_SEVERAL
const ONE = () => NOT_ONE_OF_SEVERAL

function branchesOf(value: unknown, place: KeywordPlace): readonly SchemaNode[] {
  return readSchemas(value, place).map((schema, index) => place.inPlace(schema, index))
}

function areAllValid(nodes: readonly SchemaNode[], data: unknown, run: Run): boolean {
  let isValid = true
  for (const node of nodes) {
    if (run.apply(node, data)) continue
    isValid = false
    if (run.isQuiet) break
  }
  return isValid
}

/** What the branches found is told where none fits. */
function isAnyValid(nodes: readonly SchemaNode[], data: unknown, run: Run): boolean {
  const report = run.branchReport()
  let isValid = false
  for (const node of nodes) {
    isValid = run.reportTo(report, () => run.applyBranch(node, data)) || isValid
    // Somebody who asks what has been evaluated asks every branch.
    if (isValid && run.evaluated === undefined) return true
  }
  if (isValid) return true
  if (report === undefined || report.findings.length === 0) return run.fail(ANY)
  run.add(report)
  return false
}

function isOneValid(nodes: readonly SchemaNode[], data: unknown, run: Run): boolean {
  const report = run.branchReport()
  let count = 0
  for (const node of nodes) {
    if (run.reportTo(report, () => run.applyBranch(node, data))) count++
    if (count === 2) break
  }
  if (count === 1) return true
  if (count === 0 && report !== undefined) run.add(report)
  return run.fail(ONE)
}

function ifCheck(condition: SchemaNode, whenValid: SchemaNode | undefined, otherwise: SchemaNode | undefined): Check {
  return (data, run) => {
    const holds = run.reportTo(undefined, () => run.applyBranch(condition, data))
    const node = holds ? whenValid : otherwise
    return node === undefined || run.apply(node, data)
  }
}

/** What a schema in `not` evaluates never counts. */
function isValidUnseen(node: SchemaNode, data: unknown, run: Run): boolean {
  const { evaluated } = run
  run.evaluated = undefined
  const isValid = run.reportTo(undefined, () => run.apply(node, data))
  run.evaluated = evaluated
  return isValid
}
