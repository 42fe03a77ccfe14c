// Owns how an invalid field is named and described: a path and a sentence in both languages.
// Paths: `/headers/X` in the body (JSON Pointer), `?limit` in the query, `:webhookId` in the path.
import { Refusal } from '@timbre/contract/errors.ts'
import type { ErrorObject } from 'ajv'
import { escapePointer, FINDINGS_MAX, type Finding, quoted, shownPath } from '../../schemas/finding.ts'
import {
  atLeast,
  atMost,
  bounded,
  type Counted,
  exactly,
  MISSING,
  multipleOf,
  NONE_OF_SEVERAL,
  NOT_ONE_OF_SEVERAL,
  ofFormat,
  ofPattern,
  ofType,
  oneOf,
  sameItem,
  UNEXPECTED,
  UNWANTED,
  unwantedName,
} from '../../schemas/sentences.ts'
import { meantName } from './meant-names.ts'
import { patternSentence } from './pattern-sentences.ts'
import type { Sentence } from './reasons.ts'

export { escapePointer, FINDINGS_MAX, type Finding, shownPath } from '../../schemas/finding.ts'

/** Where a value stood in the request; for the body with the pointer of the part that was validated. */
export type Place = { readonly part: 'body'; readonly pointer: string } | { readonly part: 'query' | 'params' }

/** INVALID_INPUT with what was found; `problem.ts` turns the findings into `details.issues`. */
export function invalidInput(findings: readonly Finding[]): Refusal {
  return new Refusal('INVALID_INPUT', { findings: findings.slice(0, FINDINGS_MAX) })
}

/** What a validator of Ajv found, at most FINDINGS_MAX. `anyOf` adds nothing to the errors of its branches. */
export function findingsOf(errors: readonly ErrorObject[], place: Place): Finding[] {
  const told = errors.length > 1 ? errors.filter((error) => error.keyword !== 'anyOf') : errors
  return withoutNulls(told)
    .slice(0, FINDINGS_MAX)
    .map((error) => ({ path: pathOf(error, place), ...sentenceOf(error) }))
}

/** That a value may be null as well helps only whoever sent one of a wrong type, and there one sentence says both. */
function withoutNulls(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const others = new Set(errors.filter((error) => !isNullBranch(error)).map(({ instancePath }) => instancePath))
  const nullable = new Set(errors.filter(isNullBranch).map(({ instancePath }) => instancePath))
  return errors
    .filter((error) => !isNullBranch(error) || !others.has(error.instancePath))
    .map((error) => {
      if (error.keyword !== 'type' || isNullBranch(error) || !nullable.has(error.instancePath)) return error
      return { ...error, params: { type: [error.params['type'], 'null'].flat() } }
    })
}

function isNullBranch({ keyword, params }: ErrorObject): boolean {
  return keyword === 'type' && params['type'] === 'null'
}

/** What Ajv found, in the words of schemas/sentences.ts. */
function sentenceOf(error: ErrorObject): Sentence {
  const { keyword, params } = error
  switch (keyword) {
    case 'required':
    case 'dependentRequired':
      return missing(error)
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return unexpected(String(params['additionalProperty'] ?? params['unevaluatedProperty']), knownNames(error))
    case 'type':
      return typeSentence(error)
    case 'format':
      return SPACE_FOR_PLUS.test(String(error.data)) ? PLUS_AS_SPACE : ofFormat(String(params['format']))
    case 'pattern':
      return patternSentence(String(params['pattern'])) ?? ofPattern(String(params['pattern']))
    case 'enum':
      return oneOf(params['allowedValues'] as readonly unknown[])
    case 'const':
      return exactly(JSON.stringify(params['allowedValue']))
    case 'multipleOf':
      return multipleOf(Number(params['multipleOf']))
    case 'minimum':
    case 'exclusiveMinimum':
    case 'maximum':
    case 'exclusiveMaximum':
      return bounded(String(params['comparison']), Number(params['limit']))
    case 'uniqueItems':
      return sameItem(Number(params['j']), Number(params['i']))
    case 'propertyNames':
      return unwantedName(String(params['propertyName']))
    case 'anyOf':
      return NONE_OF_SEVERAL
    case 'oneOf':
      return NOT_ONE_OF_SEVERAL
    case 'not':
      return UNWANTED
    default:
      return countSentence(error) ?? NOT_VALID
  }
}

/** A time with its zone from a query in which the + of the zone was not escaped (URL standard, urlencoded parsing). */
const SPACE_FOR_PLUS = /T\d\d:\d\d\S* \d\d:\d\d$/
const PLUS_AS_SPACE: Sentence = {
  en: 'has a space where its zone has a +: write + as %2B in a URL',
  es: 'tiene un espacio donde su zona lleva un +: escribe + como %2B en una URL',
}

const NOT_VALID: Sentence = { en: 'is not valid', es: 'no es válido' }

const COUNTED: Readonly<Record<string, Counted>> = { Length: 'characters', Items: 'items', Properties: 'members' }

/** `minLength` and its kind. */
function countSentence({ keyword, params }: ErrorObject): Sentence | undefined {
  const what = COUNTED[keyword.slice(3)]
  if (what === undefined) return undefined
  const limit = Number(params['limit'])
  return keyword.startsWith('max') ? atMost(limit, what) : atLeast(limit, what)
}

/** Whoever sends a list where an object with a list in it is wanted is told its name. */
function typeSentence(error: ErrorObject): Sentence {
  const types: unknown = error.params['type']
  const sentence = ofType(Array.isArray(types) ? types.map(String) : [String(types)])
  const list = Array.isArray(error.data) && error.instancePath === '' ? listNameOf(error) : undefined
  if (list === undefined) return sentence
  return { en: `${sentence.en}: {"${list}": […]}`, es: `${sentence.es}: {"${list}": […]}` }
}

/** With the name that may have been written in its place. */
function missing(error: ErrorObject): Sentence {
  const known = new Set(knownNames(error))
  const others = Object.keys(Object(error.data)).filter((name) => !known.has(name))
  const instead = others.length > OTHER_NAMES_MAX ? undefined : meantName(error.params['missingProperty'], others)
  if (instead === undefined) return MISSING
  const name = quoted(instead)
  return { en: `${MISSING.en}; ${name} is there instead`, es: `${MISSING.es}; en su lugar está ${name}` }
}

const OTHER_NAMES_MAX = 50

function unexpected(name: string, known: readonly string[]): Sentence {
  const meant = meantName(name, known)
  if (meant !== undefined) return { en: `${UNEXPECTED.en}, but ${meant} is`, es: `${UNEXPECTED.es}, pero ${meant} sí` }
  if (known.length === 0 || known.length > KNOWN_NAMES_MAX) return UNEXPECTED
  const listed = known.join(', ')
  return { en: `${UNEXPECTED.en}. Known: ${listed}`, es: `${UNEXPECTED.es}. Se conocen: ${listed}` }
}

/** More names are no help. */
const KNOWN_NAMES_MAX = 12

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, { readonly type?: unknown }>>
}

/** The schema that failed is there where the validator is verbose. */
function propertiesOf({ parentSchema }: ErrorObject): NonNullable<ObjectSchema['properties']> {
  return (parentSchema as ObjectSchema | undefined)?.properties ?? {}
}

function knownNames(error: ErrorObject): readonly string[] {
  return Object.keys(propertiesOf(error))
}

function listNameOf(error: ErrorObject): string | undefined {
  return Object.entries(propertiesOf(error)).find(([, { type }]) => type === 'array')?.[0]
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
