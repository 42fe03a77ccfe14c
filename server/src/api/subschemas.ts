// Owns where the subschemas of a JSON Schema stand, told apart from values that only look like schemas (const, enum).
// Must never follow a reference: each place in the document is visited once.
import { escapePointer } from './findings.ts'

type JsonObject = Readonly<Record<string, unknown>>

/** Keywords whose value is a schema or a list of schemas. */
const SCHEMA_KEYWORDS = new Set([
  'additionalProperties',
  'allOf',
  'anyOf',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'oneOf',
  'prefixItems',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
])
/** Keywords whose value is a map from names to schemas. */
const MAP_KEYWORDS = new Set([
  '$defs',
  'definitions',
  'dependentSchemas',
  'dependencies',
  'patternProperties',
  'properties',
])

/** A subschema that is an object, with the JSON Pointer of where it stands. */
export interface Subschema {
  readonly pointer: string
  readonly schema: JsonObject
}

/** Every subschema of a document, itself first. */
export function* subschemas(schema: unknown, pointer = ''): Generator<Subschema> {
  if (!isObject(schema)) return
  yield { pointer, schema }
  for (const [keyword, value] of Object.entries(schema)) {
    const place = `${pointer}/${escapePointer(keyword)}`
    if (SCHEMA_KEYWORDS.has(keyword)) {
      if (Array.isArray(value)) yield* subschemasIn(value, place)
      else yield* subschemas(value, place)
    } else if (MAP_KEYWORDS.has(keyword) && isObject(value)) yield* subschemasIn(value, place)
  }
}

function* subschemasIn(container: object, pointer: string): Generator<Subschema> {
  for (const [name, schema] of Object.entries(container)) yield* subschemas(schema, `${pointer}/${escapePointer(name)}`)
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
