// Owns how the values of keywords are read where several keywords take the same: counts, numbers, names, schemas.
import { isObject, type JsonObject, type KeywordPlace, wrongValue } from './keyword.ts'

/** A whole number of 0 or more; `2.0` is one. */
export function readCount(value: unknown, place: KeywordPlace): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
  return wrongValue(place, { en: 'must be an integer of 0 or more', es: 'debe ser un entero de 0 o más' })
}

export function readNumber(value: unknown, place: KeywordPlace): number {
  return typeof value === 'number' ? value : wrongValue(place, { en: 'must be a number', es: 'debe ser un número' })
}

export function readText(value: unknown, place: KeywordPlace): string {
  return typeof value === 'string' ? value : wrongValue(place, { en: 'must be a string', es: 'debe ser un texto' })
}

export function readBoolean(value: unknown, place: KeywordPlace): boolean {
  if (typeof value === 'boolean') return value
  return wrongValue(place, { en: 'must be true or false', es: 'debe ser true o false' })
}

export function readArray(value: unknown, place: KeywordPlace): readonly unknown[] {
  return Array.isArray(value) ? value : wrongValue(place, { en: 'must be an array', es: 'debe ser un array' })
}

/** One schema or more. */
export function readSchemas(value: unknown, place: KeywordPlace): readonly unknown[] {
  const schemas = readArray(value, place)
  if (schemas.length > 0) return schemas
  return wrongValue(place, { en: 'must have at least one schema', es: 'debe tener al menos un esquema' })
}

export function readObject(value: unknown, place: KeywordPlace): JsonObject {
  return isObject(value) ? value : wrongValue(place, { en: 'must be an object', es: 'debe ser un objeto' })
}

/** Names, each of them once. */
export function readNames(value: unknown, place: KeywordPlace): readonly string[] {
  const names = readArray(value, place)
  if (names.every((name) => typeof name === 'string') && new Set(names).size === names.length) return names
  return wrongValue(place, {
    en: 'must be an array of strings, each of them once',
    es: 'debe ser un array de textos sin repetir',
  })
}
