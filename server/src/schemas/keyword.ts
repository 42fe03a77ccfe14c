// Owns what a keyword is to the compiler: how its value is read, and what it may ask for meanwhile.
import { Refusal } from '@timbre/contract/errors.ts'
import { escapePointer, type Finding, type Sentence, shownPath } from './finding.ts'
import type { Pattern } from './patterns/pattern.ts'
import type { Check, SchemaNode } from './run.ts'

/** Why a schema cannot be used; the sentences are in api/validation/reasons.ts. */
export type SchemaReason =
  | 'not_a_schema'
  | 'schema_too_large'
  | 'too_deep'
  | 'too_many_subschemas'
  | 'too_many_values'
  | 'too_many_patterns'
  | 'too_many_instructions'
  | 'too_many_property_escapes'
  | 'too_many_groups'
  | 'reference'
  | 'reference_loop'
  | 'keyword'
  | 'dialect'
  | 'dialect_meaning'
  | 'number_too_large'
  | 'pattern_syntax'
  | 'pattern_look_around'
  | 'pattern_back_reference'
  | 'pattern_modifier'

export interface Keyword {
  /** What it checks; undefined: it checks nothing by itself. Throws INVALID_EVENT_TYPE_SCHEMA when the value is not one. */
  readonly read: (value: unknown, place: KeywordPlace) => Check | undefined
  /** Runs when everything else in its schema has found nothing wrong. */
  readonly isLast?: true
}

export type JsonObject = Readonly<Record<string, unknown>>

/** Where a keyword stands, and what the compiler does for it. */
export interface KeywordPlace {
  readonly name: string
  /** Its own JSON Pointer. */
  readonly pointer: string
  /** The schema that it stands in. */
  readonly siblings: JsonObject
  /** Compiles a schema below the keyword that is applied to members or items. */
  child(schema: unknown, ...path: readonly (string | number)[]): SchemaNode
  /** Compiles one that is applied to the same value. */
  inPlace(schema: unknown, ...path: readonly (string | number)[]): SchemaNode
  /** The same for a keyword beside it; undefined when it is not there. */
  sibling(name: string): SchemaNode | undefined
  /** A pattern of ECMA-262 with the flag `u`; equal texts are compiled once. */
  pattern(text: string): Pattern
  /** The schema that a reference names, once the whole document has been read. */
  reference(reference: string): () => SchemaNode
  /** Counts values that are kept to be compared with. */
  countValues(count: number): void
}

export function refuse(reason: SchemaReason, findings: readonly Finding[] = []): never {
  throw new Refusal('INVALID_EVENT_TYPE_SCHEMA', { reason, findings })
}

/** Refuses the schema because of what stands at a place in it. */
export function refuseAt(reason: SchemaReason, pointer: string, sentence: Sentence): never {
  refuse(reason, [{ path: shownPath(`/schema${pointer}`), ...sentence }])
}

/** Refuses a keyword's value that JSON Schema does not know. */
export function wrongValue({ pointer }: Pick<KeywordPlace, 'pointer'>, sentence: Sentence): never {
  return refuseAt('not_a_schema', pointer, sentence)
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The member of its own that an object has by a name, whatever names objects inherit. */
export function member(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** `/a/0/b` below a pointer. */
export function below(pointer: string, path: readonly (string | number)[]): string {
  return pointer + path.map((name) => `/${escapePointer(String(name))}`).join('')
}
