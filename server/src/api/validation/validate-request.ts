// Owns the validation of body, query and path by the schemas of the route table.
// Must never change a body (no coercion, no defaults, nothing removed); query and path are texts and are coerced.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { TSchema } from 'typebox'
import { textFault } from '../../platform/json/json-text.ts'
import { refuseAbsentIds } from './absent-id.ts'
import { FINDINGS_MAX, type Finding, findingsOf, invalidInput } from './findings.ts'
import { addKnownFormats } from './formats.ts'
import { TEXT_FAULTS } from './json-value.ts'
import type { Sentence } from './reasons.ts'

/** Throws INVALID_INPUT. */
export type Validate = (value: unknown) => void

const OPTIONS = { strict: false, logger: false, meta: false, validateSchema: false } as const
// The first stops at the first error, which is what a right request pays for; the second collects them all.
const quickAjv = withFormats(new Ajv2020({ ...OPTIONS, allErrors: false }))
const fullAjv = withFormats(new Ajv2020({ ...OPTIONS, allErrors: true, verbose: true }))
const coercingAjv = withFormats(new Ajv2020({ ...OPTIONS, allErrors: true, verbose: true, coerceTypes: true }))

export function validateBody(schema: TSchema): Validate {
  let quick: ValidateFunction | undefined
  return (value) => {
    // Compiled at the first request: all of them at once would delay the start by a fifth of a second.
    quick ??= quickAjv.compile(schema)
    if (!quick(value)) throw invalidInput(bodyFindings(schema, value))
  }
}

/** Throws INVALID_INPUT, or the NOT_FOUND of an id in the path. `query` or `params`: every value is a text, and a parameter that is given twice is an array, which no schema takes. */
export function validateTexts(schema: TSchema, part: 'query' | 'params'): Validate {
  let validate: ValidateFunction | undefined
  return (value) => {
    validate ??= coercingAjv.compile(schema)
    const faults = textFindings(value as Readonly<Record<string, unknown>>, part) // Fastify's parsers give objects of texts
    if (faults.length > 0) throw invalidInput(faults)
    if (validate(value)) return
    if (part === 'params') refuseAbsentIds(value as Readonly<Record<string, unknown>>)
    throw invalidInput(findingsOf(validate.errors ?? [], { part }))
  }
}

/**
 * A list of items is validated item by item, and no further than the findings that are told: a thousand wrong items
 * would make a million errors.
 */
function bodyFindings(schema: TSchema, value: unknown): Finding[] {
  const list = listIn(schema)
  const items = list === undefined ? undefined : (value as Record<string, unknown> | null)?.[list.name]
  if (list === undefined || !Array.isArray(items)) return collect(schema, value, '')
  const findings = collect(list.rest, value, '')
  for (const [index, item] of items.entries()) {
    if (findings.length >= FINDINGS_MAX) break
    findings.push(...collect(list.item, item, `/${list.name}/${index}`))
  }
  return findings
}

/** The one list of objects in a body such as `{ events: [...] }`, and the schema without what its items must be. */
function listIn(schema: TSchema): { name: string; item: TSchema; rest: TSchema } | undefined {
  const cached = lists.get(schema)
  if (cached !== undefined || lists.has(schema)) return cached
  const { properties } = schema as { properties?: Record<string, { type?: string; items?: TSchema }> } // JSON Schema of an object
  const [name, array] =
    Object.entries(properties ?? {}).find(([, property]) => 'properties' in (property.items ?? {})) ?? []
  const list =
    name === undefined || array?.items === undefined
      ? undefined
      : { name, item: array.items, rest: { ...schema, properties: { ...properties, [name]: { ...array, items: {} } } } }
  lists.set(schema, list)
  return list
}

const lists = new WeakMap<object, { name: string; item: TSchema; rest: TSchema } | undefined>()

function collect(schema: TSchema, value: unknown, pointer: string): Finding[] {
  // Ajv keeps the compiled validator by the schema object.
  const validate: ValidateFunction = fullAjv.compile(schema)
  return validate(value) ? [] : findingsOf(validate.errors ?? [], { part: 'body', pointer })
}

function textFindings(values: Readonly<Record<string, unknown>>, part: 'query' | 'params'): Finding[] {
  const sign = part === 'query' ? '?' : ':'
  return Object.entries(values).flatMap(([name, value]) => {
    const text = part === 'params' && value === '' ? NO_PARAMETER : (faultOf(name) ?? faultOf(String(value)))
    const wrong = Array.isArray(value) ? TWICE : text
    return wrong === undefined ? [] : [{ path: (sign + name).toWellFormed(), ...wrong }]
  })
}

const NO_PARAMETER: Sentence = { en: 'is empty: end the path without a /', es: 'está vacío: termina la ruta sin /' }
const TWICE: Sentence = { en: 'must be given once', es: 'debe indicarse una sola vez' }

function faultOf(text: string): Sentence | undefined {
  const fault = textFault(text)
  return fault === undefined ? undefined : TEXT_FAULTS[fault]
}

function withFormats(ajv: Ajv2020): Ajv2020 {
  addKnownFormats(ajv)
  return ajv
}
