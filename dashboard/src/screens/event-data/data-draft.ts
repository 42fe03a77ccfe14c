// Owns the data of an event while somebody writes it: as fields of a form or as JSON, and back. Pure.
// Must never lose what the form has no field for, nor change what nobody touched.
import { isJsonObject, type JsonObject, jsonIn, rawNumberText } from '../../browser/exact-json.ts'
import type { DataField } from './schema-fields.ts'

export interface DataDraft {
  readonly mode: 'form' | 'raw'
  /** As it was when the form was begun. */
  readonly base: JsonObject
  /** What stands in the fields, by pointer; a field that nobody touched is not there. */
  readonly values: Readonly<Record<string, string>>
  readonly raw: string
}

/** What stands in the way of sending it, with the field where it stands; '' is the JSON as a whole. */
export interface DraftFault {
  readonly pointer: string
  readonly reason: 'notJson' | 'notObject'
}

export type DraftData = { readonly data: JsonObject } | { readonly fault: DraftFault }

/** @param fields none: it can only be written as JSON */
export function draftOf(data: JsonObject, fields: readonly DataField[]): DataDraft {
  return { mode: fields.length === 0 ? 'raw' : 'form', base: data, values: {}, raw: pretty(data) }
}

export function dataIn(draft: DataDraft, fields: readonly DataField[]): DraftData {
  if (draft.mode === 'raw') {
    const read = jsonIn(draft.raw)
    if (read === undefined) return { fault: { pointer: '', reason: 'notJson' } }
    return isJsonObject(read.value) ? { data: read.value } : { fault: { pointer: '', reason: 'notObject' } }
  }
  const broken = leavesOf(fields).find((field) => isBroken(field, draft))
  if (broken !== undefined) return { fault: { pointer: broken.pointer, reason: 'notJson' } }
  return { data: withFields(draft.base, fields, draft.values) }
}

/** The same data in the other mode; undefined while it cannot be read. */
export function switched(draft: DataDraft, fields: readonly DataField[]): DataDraft | undefined {
  const read = dataIn(draft, fields)
  if ('fault' in read) return undefined
  const mode = draft.mode === 'raw' ? 'form' : 'raw'
  return { mode, base: read.data, values: {}, raw: pretty(read.data) }
}

/** What a field shows. */
export function textIn({ base, values }: DataDraft, { pointer }: DataField): string {
  return values[pointer] ?? textOf(valueAt(base, pointer))
}

/** At which field each of the service's issues stands; '' is everything that has none. @param issues with paths below `/data` */
export function faultsByField(
  issues: readonly { readonly path: string; readonly message: string }[],
  fields: readonly DataField[],
): Readonly<Record<string, string>> {
  const pointers = leavesOf(fields).map(({ pointer }) => pointer)
  const faults: Record<string, string> = {}
  for (const { path, message } of issues) {
    const pointer = path.replace(/^\/data(?=\/|$)/, '')
    const field = pointers.find((one) => pointer === one || pointer.startsWith(`${one}/`)) ?? ''
    const inside = pointer.slice(field.length)
    const sentence = inside === '' ? message : `${inside} ${message}`
    faults[field] = faults[field] === undefined ? sentence : `${faults[field]}. ${sentence}`
  }
  return faults
}

/** Fields that have a value of their own: not groups, but what is in them. */
export function leavesOf(fields: readonly DataField[]): readonly DataField[] {
  return fields.flatMap((field) => (field.kind === 'group' ? leavesOf(field.fields) : [field]))
}

function isBroken(field: DataField, draft: DataDraft): boolean {
  const text = draft.values[field.pointer]
  return field.kind === 'json' && text !== undefined && text.trim() !== '' && jsonIn(text) === undefined
}

function withFields(
  base: JsonObject,
  fields: readonly DataField[],
  values: Readonly<Record<string, string>>,
): JsonObject {
  // A map, so that no name means more than a name.
  const members = new Map(Object.entries(base))
  for (const field of fields) {
    const before = members.get(field.name)
    const after = field.kind === 'group' ? groupOf(field, before, values) : leafOf(field, before, values[field.pointer])
    if (after === undefined) members.delete(field.name)
    else members.set(field.name, after)
  }
  return Object.fromEntries(members)
}

function groupOf(field: DataField, before: unknown, values: Readonly<Record<string, string>>): unknown {
  const isTouched = leavesOf(field.fields).some(({ pointer }) => values[pointer] !== undefined)
  if (!isTouched) return before
  const after = withFields(isJsonObject(before) ? before : {}, field.fields, values)
  return Object.keys(after).length === 0 ? undefined : after
}

/** An emptied field is left out; what cannot be the field's kind is sent as text, so that the service says what it wants. */
function leafOf({ kind }: DataField, before: unknown, text: string | undefined): unknown {
  if (text === undefined || text === textOf(before)) return before
  if (text.trim() === '' && kind !== 'text') return undefined
  if (text === '') return undefined
  if (kind === 'text' || kind === 'choice') return text
  return jsonIn(text.trim())?.value ?? text
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  return rawNumberText(value) ?? JSON.stringify(value)
}

function valueAt(data: JsonObject, pointer: string): unknown {
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  return names.reduce<unknown>(
    (value, name) => (isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined),
    data,
  )
}

function pretty(data: JsonObject): string {
  return JSON.stringify(data, null, 2)
}
