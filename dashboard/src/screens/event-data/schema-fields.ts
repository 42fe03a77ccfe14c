// Owns which fields a form has for the data of an event: those that its JSON Schema names. Pure.
// Must never validate a value: the service does, and says at each field what is wrong.

export type FieldKind = 'text' | 'number' | 'boolean' | 'choice' | 'group' | 'json'

export interface DataField {
  /** Where it stands in the data, as a JSON Pointer. */
  readonly pointer: string
  readonly name: string
  readonly kind: FieldKind
  /** As JSON Schema calls its types: `string | null`. */
  readonly typeText: string
  readonly isRequired: boolean
  readonly hint: string | undefined
  readonly example: string | undefined
  /** Of a choice. */
  readonly choices: readonly string[]
  /** Of a group. */
  readonly fields: readonly DataField[]
}

type Schema = Readonly<Record<string, unknown>>

/** Deeper ones are written as JSON. */
const DEPTH_MAX = 3
const FIELDS_MAX = 200
const HINT_LENGTH_MAX = 300

/** Of a schema that names nothing: none. */
export function fieldsOf(schema: unknown, pointer = '', depth = 0): readonly DataField[] {
  if (!isSchema(schema) || !isSchema(schema['properties'])) return []
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return Object.entries(schema['properties'])
    .slice(0, FIELDS_MAX)
    .map(([name, property]) => fieldOf(name, property, { pointer, depth, isRequired: required.includes(name) }))
}

interface Place {
  readonly pointer: string
  readonly depth: number
  readonly isRequired: boolean
}

function fieldOf(name: string, property: unknown, { pointer, depth, isRequired }: Place): DataField {
  const schema = isSchema(property) ? property : {}
  const own = `${pointer}/${escapePointer(name)}`
  const types = typesOf(schema)
  const kind = kindOf(schema, types, depth)
  const { description, examples } = schema
  const [example] = Array.isArray(examples) ? examples : []
  return {
    pointer: own,
    name,
    kind,
    typeText: typeText(schema, types),
    isRequired,
    hint: typeof description === 'string' ? description.slice(0, HINT_LENGTH_MAX) : undefined,
    example: typeof example === 'string' || typeof example === 'number' ? String(example) : undefined,
    choices: kind === 'choice' ? choicesOf(schema) : [],
    fields: kind === 'group' ? fieldsOf(schema, own, depth + 1) : [],
  }
}

function kindOf(schema: Schema, types: readonly string[], depth: number): FieldKind {
  if (choicesOf(schema).length > 0) return 'choice'
  const [type, ...more] = types.filter((one) => one !== 'null')
  if (type === undefined || more.length > 0) return 'json'
  if (type === 'string') return 'text'
  if (type === 'integer' || type === 'number') return 'number'
  if (type === 'boolean') return 'boolean'
  return type === 'object' && isSchema(schema['properties']) && depth < DEPTH_MAX ? 'group' : 'json'
}

/** Only where each is a text: others are written as JSON. */
function choicesOf({ enum: values, const: constant }: Schema): readonly string[] {
  const all = (Array.isArray(values) ? values : constant === undefined ? [] : [constant]).filter((one) => one !== null)
  const texts = all.filter((one) => typeof one === 'string')
  return texts.length === all.length ? texts : []
}

/** With those of `anyOf` and `oneOf`, as "this or null" is often written. */
function typesOf({ type, anyOf, oneOf }: Schema): readonly string[] {
  if (typeof type === 'string') return [type]
  if (Array.isArray(type)) return type.filter((one) => typeof one === 'string')
  const choices = [anyOf, oneOf].find(Array.isArray) ?? []
  return [...new Set(choices.flatMap((choice: unknown) => (isSchema(choice) ? typesOf(choice) : [])))]
}

function typeText(schema: Schema, types: readonly string[]): string {
  const choices = choicesOf(schema)
  const shown = choices.length > 0 ? choices.map((one) => JSON.stringify(one)) : types
  return shown.length === 0 ? 'any' : shown.join(' | ')
}

export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
