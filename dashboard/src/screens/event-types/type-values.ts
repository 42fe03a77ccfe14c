// Owns the form of an event type as text, what the service is asked of it, and at which field each fault stands. Pure.
import { ApiError, type EventType, ValidationError } from '@getsupervisor/agents-studio-sdk'
import { isJsonObject, jsonIn } from '../../browser/exact-json.ts'

export interface TypeValues {
  readonly key: string
  readonly title: string
  readonly description: string
  readonly schema: string
  /** Empty: it has none. */
  readonly example: string
}

export type TypeField = keyof TypeValues
/** '' is the form as a whole. */
export type TypeFaults = Readonly<Partial<Record<TypeField | '', string>>>

const EMPTY_SCHEMA = { type: 'object', required: ['id'], properties: { id: { type: 'string' } } }

export function newType(): TypeValues {
  const schema = JSON.stringify(EMPTY_SCHEMA, null, 2)
  return { key: '', title: '', description: '', schema, example: JSON.stringify({ id: '1' }, null, 2) }
}

export function valuesOf({ key, title, description, schema, example }: EventType): TypeValues {
  const hasExample = Object.keys(example).length > 0
  return {
    key,
    title: title === key ? '' : title,
    description,
    schema: JSON.stringify(schema, null, 2),
    example: hasExample ? JSON.stringify(example, null, 2) : '',
  }
}

type Json = Record<string, unknown>
export interface Documents {
  readonly schema: Json
  readonly example?: Json
}

/** The two documents; or which of them is none, and why. */
export function documentsOf(
  values: Pick<TypeValues, 'schema' | 'example'>,
): Documents | { readonly fault: { readonly field: 'schema' | 'example'; readonly reason: 'notJson' | 'notObject' } } {
  const read: { schema?: Json; example?: Json } = {}
  for (const field of ['schema', 'example'] as const) {
    if (field === 'example' && values.example.trim() === '') continue
    const found = jsonIn(values[field])
    if (found === undefined) return { fault: { field, reason: 'notJson' } }
    if (!isJsonObject(found.value)) return { fault: { field, reason: 'notObject' } }
    read[field] = found.value
  }
  return { schema: read.schema ?? {}, ...(read.example === undefined ? {} : { example: read.example }) }
}

/** @param documents of the same values */
export function bodyOf({ key, title, description }: TypeValues, { schema, example = {} }: Documents) {
  return { title: title.trim() === '' ? key : title.trim(), description: description.trim(), schema, example }
}

const FIELD_OF_CODE: Readonly<Record<string, TypeField>> = {
  EVENT_TYPE_EXISTS: 'key',
  EVENT_TYPE_BUILT_IN: 'key',
  INVALID_EVENT_TYPE_SCHEMA: 'schema',
}
const FIELDS: readonly TypeField[] = ['key', 'title', 'description', 'schema', 'example']

/** The server's own sentences, each at its field. */
export function typeFaultsOf(error: unknown): TypeFaults {
  if (error === null) return {}
  if (!(error instanceof ApiError)) return { '': String(error) }
  const field = FIELD_OF_CODE[error.code]
  if (field !== undefined) return { [field]: error.message }
  const issues = error instanceof ValidationError ? error.issues : []
  if (issues.length === 0) return { '': error.message }
  const faults: Partial<Record<TypeField | '', string>> = {}
  for (const { path, message } of issues) {
    const [, member, ...inside] = path.split('/')
    const at = FIELDS.find((one) => one === member) ?? ''
    const sentence = inside.length === 0 ? message : `/${inside.join('/')} ${message}`
    faults[at] = faults[at] === undefined ? sentence : `${faults[at]}. ${sentence}`
  }
  return faults
}
