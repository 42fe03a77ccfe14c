// Owns how the schema of an event type is checked and compiled, ours or a workspace's.
// Must never let a schema reach another document, or judge an event for longer than the step budget.

import { Refusal } from '@timbre/contract/errors.ts'
import { EVENT_TYPE_SCHEMA_BYTES_MAX } from '@timbre/contract/event-type.ts'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { type Finding, findingsOf } from './findings.ts'
import { addKnownFormats } from './formats.ts'
import { type LinearPattern, linearPattern } from './linear-pattern.ts'
import { StepBudget, TooManySteps } from './step-budget.ts'
import { subschemas } from './subschemas.ts'
import { equalItems } from './unique-items.ts'

type Schema = Readonly<Record<string, unknown>>

/** What is wrong with an event's `data`, with paths below the given pointer; empty when nothing is. */
export type JudgeData = (data: unknown, pointer: string) => readonly Finding[]

const OPTIONS = { strict: false, logger: false, meta: false, validateSchema: false } as const
const STEPS_KEYWORD = 'x-timbre-steps'
const UNSUPPORTED_KEYWORDS = ['$id', '$anchor', '$dynamicRef', '$dynamicAnchor', '$recursiveRef', STEPS_KEYWORD]
const TOO_MANY_STEPS = {
  en: 'takes too many steps to judge with this schema',
  es: 'necesita demasiados pasos para validarse con este esquema',
}

/** Compiles a workspace's schema that `refuseSchema` let through. */
export function compileEventSchema(schema: Schema): JudgeData {
  return judgeWith((allErrors) => compile(schema, allErrors))
}

/** Compiles a schema of ours, which is known to be cheap: no budget, and the engine's own regular expressions. */
export function compileBuiltInSchema(schema: Schema): JudgeData {
  return judgeWith((allErrors) => {
    const ajv = new Ajv2020({ ...OPTIONS, allErrors })
    addKnownFormats(ajv)
    const validate = ajv.compile(schema)
    return (data) => (validate(data) ? undefined : validate.errors)
  })
}

type FindErrors = (data: unknown) => ValidateFunction['errors'] | undefined

/** The second validator, which finds every error and not only the first, is compiled when there is one. */
function judgeWith(compileFor: (allErrors: boolean) => FindErrors): JudgeData {
  const judge = compileFor(false)
  let findAll: FindErrors | undefined
  return (data, pointer) => {
    try {
      if (judge(data) === undefined) return []
      findAll ??= compileFor(true)
      return findingsOf(findAll(data) ?? [], { part: 'body', pointer })
    } catch (error) {
      if (error instanceof TooManySteps) return [{ path: pointer, ...TOO_MANY_STEPS }]
      throw error
    }
  }
}

/** Throws INVALID_EVENT_TYPE_SCHEMA when a schema is too large, invalid, or needs what is not supported. */
export function refuseSchema(schema: Schema): void {
  if (Buffer.byteLength(JSON.stringify(schema)) > EVENT_TYPE_SCHEMA_BYTES_MAX) refuse('schema_too_large')
  const meta = metaSchemaValidator()
  if (meta.validateSchema(schema) !== true) {
    refuse('not_a_schema', findingsOf(meta.errors ?? [], { part: 'body', pointer: '/schema' }))
  }
  const places = new Set([...subschemas(schema)].map(({ pointer }) => pointer))
  for (const { schema: part } of subschemas(schema)) refuseKeywords(part, places)
  try {
    compile(schema, false)
  } catch {
    refuse('cannot_compile')
  }
}

function refuseKeywords(part: Schema, places: ReadonlySet<string>): void {
  if (UNSUPPORTED_KEYWORDS.some((keyword) => Object.hasOwn(part, keyword))) refuse('keyword')
  const { $ref: reference, pattern, patternProperties } = part
  if (typeof reference === 'string' && !isOwnPlace(reference, places)) refuse('reference')
  const patterns = typeof patternProperties === 'object' ? Object.keys(patternProperties ?? {}) : []
  if (typeof pattern === 'string') patterns.push(pattern)
  for (const text of patterns) refusePattern(text)
}

function refusePattern(pattern: string): void {
  try {
    linearPattern(pattern, new StepBudget())
  } catch {
    refuse('pattern')
  }
}

/** A reference may name a place where a schema stands, not a value that would then be read as an unjudged schema. */
function isOwnPlace(reference: string, places: ReadonlySet<string>): boolean {
  if (!reference.startsWith('#')) return false
  try {
    return places.has(decodeURIComponent(reference.slice(1)))
  } catch {
    return false
  }
}

function refuse(reason: string, findings: readonly Finding[] = []): never {
  throw new Refusal('INVALID_EVENT_TYPE_SCHEMA', { reason, findings })
}

function compile(schema: Schema, allErrors: boolean): FindErrors {
  const budget = new StepBudget()
  // One Ajv for one schema: a shared one keeps everything that it ever compiled.
  const ajv = new Ajv2020({ ...OPTIONS, allErrors, inlineRefs: false, code: { regExp: patternEngine(budget) } })
  addKnownFormats(ajv)
  addBoundedKeywords(ajv, budget)
  const validate = ajv.compile(withStepCounts(schema))
  return (data) => {
    budget.refill()
    return validate(data) ? undefined : validate.errors
  }
}

function patternEngine(budget: StepBudget) {
  const engine = (pattern: string): LinearPattern => linearPattern(pattern, budget)
  // Ajv asks for `code` only when it writes standalone modules, and types the result as a RegExp of which it calls `test`.
  return Object.assign(engine, { code: 'linearPattern' }) as never
}

function addBoundedKeywords(ajv: Ajv2020, budget: StepBudget): void {
  ajv.addKeyword({
    keyword: STEPS_KEYWORD,
    before: '$dynamicAnchor',
    schemaType: 'number',
    errors: false,
    validate(steps: number) {
      budget.spend(steps)
      return true
    },
  })
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword({ keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', errors: true, validate: judgeUnique })
}

const judgeUnique: { (wanted: boolean, items: readonly unknown[]): boolean; errors?: object[] } = (wanted, items) => {
  const equal = wanted ? equalItems(items) : undefined
  if (equal === undefined) return true
  judgeUnique.errors = [{ keyword: 'uniqueItems', params: equal, message: 'must not have items that are equal' }]
  return false
}

/** A copy in which every subschema that does work says how much: Ajv then spends it each time it gets there. */
function withStepCounts(schema: Schema): Schema {
  const copy = structuredClone(schema)
  for (const { schema: part } of [...subschemas(copy)]) {
    const steps = 1 + Math.floor(JSON.stringify(part).length / 200)
    Object.defineProperty(part, STEPS_KEYWORD, { value: steps, enumerable: true })
  }
  return copy
}

let metaAjv: Ajv2020 | undefined

// Compiling the meta-schema takes 50 ms: only a service that gets a schema pays it. Ajv keeps nothing of what it judges.
function metaSchemaValidator(): Ajv2020 {
  metaAjv ??= new Ajv2020({ strict: false, allErrors: false, logger: false })
  return metaAjv
}
