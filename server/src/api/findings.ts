// Owns how an invalid field is named and described: a path and a sentence in both languages.
// Paths: `/headers/X` in the body (JSON Pointer), `?limit` in the query, `:webhookId` in the path.
import { Refusal } from '@timbre/contract/errors.ts'
import type { ErrorObject } from 'ajv'
import spanishMessages from 'ajv-i18n/localize/es/index.js'
import { escapePointer, FINDINGS_MAX, type Finding, shownPath } from '../schemas/finding.ts'
import { patternSentence } from './pattern-sentences.ts'
import type { Sentence } from './reasons.ts'

export { escapePointer, FINDINGS_MAX, type Finding, shownPath } from '../schemas/finding.ts'

/** Where a value stood in the request; for the body with the pointer of the part that was judged. */
export type Place = { readonly part: 'body'; readonly pointer: string } | { readonly part: 'query' | 'params' }

/** INVALID_INPUT with what was found; `problem.ts` turns the findings into `details.issues`. */
export function invalidInput(findings: readonly Finding[]): Refusal {
  return new Refusal('INVALID_INPUT', { findings: findings.slice(0, FINDINGS_MAX) })
}

/** What a validator of Ajv found, at most FINDINGS_MAX. `anyOf` adds nothing to the errors of its branches. */
export function findingsOf(errors: readonly ErrorObject[], place: Place): Finding[] {
  const told = errors.length > 1 ? errors.filter((error) => error.keyword !== 'anyOf') : errors
  return told.slice(0, FINDINGS_MAX).map((error) => ({ path: pathOf(error, place), ...sentenceOf(error) }))
}

function sentenceOf(error: ErrorObject): Sentence {
  const known = error.keyword === 'pattern' ? patternSentence(String(error.params['pattern'])) : typesSentence(error)
  return (
    known ?? {
      en: withAllowedValues(error.message ?? 'is not valid', error),
      es: withAllowedValues(spanish(error), error),
    }
  )
}

/** One of several types: Ajv joins them with a comma. */
function typesSentence({ keyword, params }: ErrorObject): Sentence | undefined {
  const types: unknown = params['type']
  if (keyword !== 'type' || !Array.isArray(types)) return undefined
  return { en: `must be ${types.join(' or ')}`, es: `debe ser ${types.join(' o ')}` }
}

function pathOf(error: ErrorObject, place: Place): string {
  const pointer = error.instancePath + memberPointer(error)
  const path = place.part === 'body' ? place.pointer + pointer : pointer.slice(1)
  const sign = { body: '', query: '?', params: ':' }[place.part]
  return shownPath(sign + path)
}

/** For an error about a member of an object Ajv names the object; the caller wants the member. */
function memberPointer(error: ErrorObject): string {
  const { additionalProperty, unevaluatedProperty, missingProperty, propertyName } = error.params
  const name: unknown = additionalProperty ?? unevaluatedProperty ?? missingProperty ?? propertyName
  return typeof name === 'string' ? `/${escapePointer(name)}` : ''
}

// The package exports the function itself; its types put it under `default`.
const localizeSpanish = spanishMessages as unknown as (errors: ErrorObject[]) => void

function spanish(error: ErrorObject): string {
  const copy = { ...error }
  localizeSpanish([copy])
  // Some keywords have an empty sentence there.
  return copy.message || 'no es válido'
}

function withAllowedValues(message: string, error: ErrorObject): string {
  const allowed: unknown = error.params['allowedValues']
  return Array.isArray(allowed) && allowed.length <= 20 ? `${message}: ${allowed.join(', ').slice(0, 300)}` : message
}
