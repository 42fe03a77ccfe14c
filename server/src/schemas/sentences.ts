// Owns the words for what a JSON value must be, in both languages: the only table, for requests and for events alike.
// A sentence goes on from a place: `/url is missing`. Must never name a keyword of JSON Schema where plain words say it.
import { quoted, type Sentence } from './finding.ts'

const TYPE_WORDS: Readonly<Record<string, Sentence>> = {
  string: { en: 'a string', es: 'un texto' },
  number: { en: 'a number', es: 'un número' },
  integer: { en: 'a whole number', es: 'un número entero' },
  boolean: { en: 'true or false', es: 'true o false' },
  object: { en: 'an object', es: 'un objeto' },
  array: { en: 'an array', es: 'un array' },
  null: { en: 'null', es: 'null' },
}

const FORMAT_WORDS: Readonly<Record<string, Sentence>> = {
  'date-time': {
    en: 'a time with its zone, such as 2026-01-31T12:00:00Z (RFC 3339)',
    es: 'una hora con su zona, como 2026-01-31T12:00:00Z (RFC 3339)',
  },
  date: { en: 'a date such as 2026-01-31', es: 'una fecha como 2026-01-31' },
  time: { en: 'a time of day with its zone, such as 12:00:00Z', es: 'una hora del día con su zona, como 12:00:00Z' },
  duration: { en: 'a duration such as PT5M (ISO 8601)', es: 'una duración como PT5M (ISO 8601)' },
  uri: { en: 'a whole URL such as https://example.com/', es: 'una URL completa como https://example.com/' },
  url: { en: 'a whole URL such as https://example.com/', es: 'una URL completa como https://example.com/' },
  email: { en: 'an e-mail address', es: 'una dirección de correo' },
  hostname: { en: 'a host name', es: 'un nombre de host' },
  ipv4: { en: 'an IPv4 address', es: 'una dirección IPv4' },
  ipv6: { en: 'an IPv6 address', es: 'una dirección IPv6' },
  uuid: { en: 'a UUID', es: 'un UUID' },
}

const TOLD_VALUES_MAX = 20
const LISTED_LENGTH_MAX = 300

export const MISSING: Sentence = { en: 'is missing', es: 'falta' }
export const UNEXPECTED: Sentence = { en: 'is not known here', es: 'no se conoce aquí' }
export const UNEXPECTED_ITEM: Sentence = { en: 'is an item too many', es: 'es un elemento de más' }
const NOT_ALLOWED: Sentence = { en: 'is not one of the allowed values', es: 'no es uno de los valores permitidos' }
export const NONE_OF_SEVERAL: Sentence = {
  en: 'matches none of the schemas in anyOf',
  es: 'no coincide con ningún esquema de anyOf',
}
export const NOT_ONE_OF_SEVERAL: Sentence = {
  en: 'must match exactly one of the schemas in oneOf',
  es: 'debe coincidir con uno solo de los esquemas de oneOf',
}
export const UNWANTED: Sentence = {
  en: 'is what the schema in not rules out',
  es: 'es lo que excluye el esquema de not',
}

/** @param types of JSON Schema; one of them is wanted */
export function ofType(types: readonly string[]): Sentence {
  const words = types.map((type) => TYPE_WORDS[type] ?? { en: type, es: type })
  return {
    en: `must be ${words.map(({ en }) => en).join(' or ')}`,
    es: `debe ser ${words.map(({ es }) => es).join(' o ')}`,
  }
}

export function ofFormat(name: string): Sentence {
  const words = Object.hasOwn(FORMAT_WORDS, name) ? FORMAT_WORDS[name] : undefined
  if (words === undefined) return { en: `must be of the format ${name}`, es: `debe tener el formato ${name}` }
  return { en: `must be ${words.en}`, es: `debe ser ${words.es}` }
}

export function ofPattern(pattern: string): Sentence {
  const text = quoted(pattern)
  return { en: `must match the pattern ${text}`, es: `debe coincidir con el patrón ${text}` }
}

/** @param values of an enumeration; named where they are few */
export function oneOf(values: readonly unknown[]): Sentence {
  if (values.length === 0 || values.length > TOLD_VALUES_MAX) return NOT_ALLOWED
  const texts = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
  const listed = texts.join(', ').slice(0, LISTED_LENGTH_MAX).toWellFormed()
  return { en: `must be one of: ${listed}`, es: `debe ser uno de: ${listed}` }
}

export function exactly(text: string): Sentence {
  return { en: `must be ${quoted(text)}`, es: `debe ser ${quoted(text)}` }
}

export function multipleOf(divisor: number): Sentence {
  return { en: `must be a multiple of ${divisor}`, es: `debe ser múltiplo de ${divisor}` }
}

/** @param sign `<=`, `<`, `>=` or `>` */
export function bounded(sign: string, bound: number): Sentence {
  switch (sign) {
    case '<=':
      return { en: `must be at most ${bound}`, es: `debe ser como máximo ${bound}` }
    case '<':
      return { en: `must be less than ${bound}`, es: `debe ser menor que ${bound}` }
    case '>=':
      return { en: `must be at least ${bound}`, es: `debe ser como mínimo ${bound}` }
    default:
      return { en: `must be more than ${bound}`, es: `debe ser mayor que ${bound}` }
  }
}

export type Counted = 'characters' | 'items' | 'members'

const COUNTED_WORDS: Readonly<Record<Counted, { readonly [language in keyof Sentence]: readonly [string, string] }>> = {
  characters: { en: ['character', 'characters'], es: ['carácter', 'caracteres'] },
  items: { en: ['item', 'items'], es: ['elemento', 'elementos'] },
  members: { en: ['member', 'members'], es: ['miembro', 'miembros'] },
}

export function atMost(limit: number, what: Counted): Sentence {
  return {
    en: `must have at most ${limit} ${wordFor(limit, what, 'en')}`,
    es: `debe tener como máximo ${limit} ${wordFor(limit, what, 'es')}`,
  }
}

export function atLeast(limit: number, what: Counted): Sentence {
  if (limit === 1) return { en: 'must not be empty', es: 'no debe estar vacío' }
  return {
    en: `must have at least ${limit} ${wordFor(limit, what, 'en')}`,
    es: `debe tener como mínimo ${limit} ${wordFor(limit, what, 'es')}`,
  }
}

/** @param first @param second the places of equal items */
export function sameItem(first: number, second: number): Sentence {
  return { en: `has the same item at ${first} and ${second}`, es: `tiene el mismo elemento en ${first} y ${second}` }
}

/** @param most absent: as many as there are */
export function matchingItems(least: number, most?: number): Sentence {
  const [en, es] = most === undefined ? ['', ''] : [` and at most ${most}`, ` y como máximo ${most}`]
  return {
    en: `must have at least ${least}${en} ${wordFor(most ?? least, 'items', 'en')} that match contains`,
    es: `debe tener como mínimo ${least}${es} ${wordFor(most ?? least, 'items', 'es')} que coincidan con contains`,
  }
}

export function unwantedName(name: string): Sentence {
  const text = quoted(name)
  return { en: `has a name that is not allowed: "${text}"`, es: `tiene un nombre que no se permite: "${text}"` }
}

function wordFor(count: number, what: Counted, language: keyof Sentence): string {
  return COUNTED_WORDS[what][language][count === 1 ? 0 : 1]
}
