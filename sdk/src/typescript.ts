// Owns TypeScript types of JSON Schemas. What a type cannot say, or this file does not know, is `unknown`: wider than the schema, never wrong.
import type { EventType } from './resources.generated.ts'

type Schema = Readonly<Record<string, unknown>>

const BASIC: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
}

/** What of an event type is needed. */
type TypedEvent = Pick<EventType, 'key' | 'title' | 'schema'>

/** The text of a module in TypeScript: a type for the data of each event type, and one from their keys to them. */
export function typescriptOf(types: readonly TypedEvent[]): string {
  return `${[
    ...types.map((type) => `${typescriptOfOne(type)}\n`),
    '/** `data` by event type. */',
    'export interface EventDataByType {',
    ...types.map(({ key }) => `  ${JSON.stringify(key)}: ${nameOf(key)}`),
    '}',
  ].join('\n')}\n`
}

/** The TypeScript type of the data of one event type, such as `export type CallCompletedData = …`. */
export function typescriptOfOne({ key, title, schema }: TypedEvent): string {
  return [...comment(title), `export type ${nameOf(key)} = ${typeOf(schema, '')}`].join('\n')
}

function nameOf(key: string): string {
  return `${pascal(key)}Data`
}

function typeOf(schema: unknown, indent: string): string {
  if (typeof schema !== 'object' || schema === null) return schema === false ? 'never' : 'unknown'
  const { const: constant, enum: values, anyOf, oneOf, type } = schema as Schema
  if (constant !== undefined) return literal(constant)
  if (Array.isArray(values)) return union(values.map(literal))
  for (const choices of [anyOf, oneOf])
    if (Array.isArray(choices)) return union(choices.map((choice) => typeOf(choice, indent)))
  if (Array.isArray(type)) return union(type.map((one) => typeOf({ ...schema, type: one }, indent)))
  if (type === 'object') return objectType(schema as Schema, indent)
  if (type === 'array') return arrayType(schema as Schema, indent)
  return typeof type === 'string' ? (BASIC[type] ?? 'unknown') : 'unknown'
}

function objectType({ properties, required, additionalProperties }: Schema, indent: string): string {
  const known = isRecord(properties) ? Object.entries(properties) : []
  const needed = Array.isArray(required) ? required : []
  const inner = `${indent}  `
  const lines = known.flatMap(([name, property]) => [
    ...comment(isRecord(property) ? property['description'] : undefined, inner),
    `${inner}${propertyName(name)}${needed.includes(name) ? '' : '?'}: ${typeOf(property, inner)}`,
  ])
  // Beside known properties an index of another type would contradict them.
  const others = known.length === 0 && isRecord(additionalProperties) ? typeOf(additionalProperties, inner) : 'unknown'
  const rest = additionalProperties === false ? [] : [`${inner}[name: string]: ${others}`]
  return lines.length + rest.length === 0 ? 'Record<string, never>' : ['{', ...lines, ...rest, `${indent}}`].join('\n')
}

function arrayType({ items, prefixItems }: Schema, indent: string): string {
  // A tuple may be shorter than its prefix, and go on behind it.
  const item = prefixItems === undefined ? typeOf(items, indent) : 'unknown'
  return /^[\w"]+$/.test(item) ? `${item}[]` : `Array<${item}>`
}

function literal(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'unknown' : JSON.stringify(value)
}

function union(types: readonly string[]): string {
  const different = [...new Set(types)]
  return different.includes('unknown') ? 'unknown' : different.join(' | ') || 'never'
}

function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
}

function comment(text: unknown, indent = ''): string[] {
  if (typeof text !== 'string' || text.trim() === '') return []
  return [`${indent}/** ${text.replaceAll('*/', '*\\/').replaceAll(/\s+/g, ' ').trim()} */`]
}

function pascal(key: string): string {
  const words = key.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  return /^\d/.test(name) ? `T${name}` : name
}

function isRecord(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
