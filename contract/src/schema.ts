// Owns the schema pieces that several nouns share (times, ids, nullable, text without NUL).
// Must never know a noun.
import Type from 'typebox'
import { type IdNoun, idPattern } from './ids.ts'

/** ISO 8601 UTC with milliseconds, `2025-08-19T16:00:00.000Z` (seed). */
export const Time = Type.String({ format: 'date-time', examples: ['2025-08-19T16:00:00.000Z'] })

/** A UUID as responses carry it (seed's schema). */
export const Uuid = Type.String({ format: 'uuid', examples: ['3c90c3cc-0d44-4b50-8888-8dd25736052a'] })

/** An id as it may come in: a UUID or the prefixed form of the same 128 bits. */
export function IdInput(noun: IdNoun, description?: string) {
  return Type.String({ pattern: idPattern(noun), ...(description === undefined ? {} : { description }) })
}

export function Nullable<T extends Type.TSchema>(schema: T, options: Type.TSchemaOptions = {}) {
  return Type.Union([schema, Type.Null()], options)
}

/** One of a fixed set of words, as a JSON Schema `enum`. */
export function Words<const T extends readonly string[]>(words: T, options: Type.TSchemaOptions = {}) {
  return Type.Unsafe<T[number]>({ type: 'string', enum: [...words], ...options })
}

/** An object of whatever names, each with a text. Written as generators of clients read it: not as `patternProperties`. */
export function TextMap(options: Type.TSchemaOptions = {}) {
  return Type.Unsafe<Record<string, string>>({ type: 'object', additionalProperties: { type: 'string' }, ...options })
}

/** An object of whatever names and values. Without `additionalProperties` clients are made that lose them. */
export function OpenObject(options: Type.TSchemaOptions = {}) {
  return Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true, ...options })
}

/** How many of something there are (seed: int32, from 0). */
export function Count(description: string) {
  return Type.Integer({ format: 'int32', minimum: 0, description })
}

/** An object that refuses unknown fields, so that a typo does not pass silently (CONTRACT §1). */
export function Closed<T extends Type.TProperties>(properties: T, options: Type.TObjectOptions = {}) {
  return Type.Object(properties, { additionalProperties: false, ...options })
}
