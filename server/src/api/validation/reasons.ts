// Owns the sentences that fill `{reason}` in the messages of contract/errors.ts, in both languages.
// Must never hold a value of the request: a reason is the same for everybody, and has at most a place for one.
import type { HeaderRefusal } from '@timbre/contract/custom-headers.ts'
import { REFUSAL_WORDS } from '@timbre/contract/providers/refusal-words.ts'
import type { RefusalCause } from '@timbre/contract/source.ts'
import type { UrlRefusal } from '@timbre/contract/webhook-url.ts'
import type { Sentence } from '../../schemas/finding.ts'
import type { SchemaReason } from '../../schemas/schemas.ts'

export type { Sentence } from '../../schemas/finding.ts'

type BodyReason = 'empty_body' | 'byte_order_mark' | 'not_utf8' | 'syntax' | 'unreadable' | 'too_many_pieces'
type MediaTypeReason = 'media_type' | 'content_encoding'
type TargetReason = 'forbidden_address' | 'forbidden_port' | 'mapped_address'

export type Reason =
  | BodyReason
  | MediaTypeReason
  | UrlRefusal
  | TargetReason
  | HeaderRefusal
  | SchemaReason
  | RefusalCause

export const REASONS: Readonly<Record<Reason, Sentence>> = {
  empty_body: { en: 'it is empty', es: 'está vacío' },
  byte_order_mark: { en: 'it begins with a byte order mark', es: 'empieza con una marca de orden de bytes' },
  not_utf8: { en: 'it is not UTF-8', es: 'no está en UTF-8' },
  syntax: { en: 'its syntax is broken or it is cut off', es: 'su sintaxis es incorrecta o está cortado' },
  unreadable: { en: 'it could not be read to its end', es: 'no se pudo leer hasta el final' },

  too_many_pieces: { en: 'it came in too many pieces', es: 'llegó en demasiados trozos' },

  media_type: { en: 'the content type is not application/json', es: 'el tipo de contenido no es application/json' },
  content_encoding: { en: 'it is encoded, which is not supported', es: 'está codificado, lo que no se admite' },

  ...REFUSAL_WORDS,

  not_a_url: { en: 'it is not a URL', es: 'no es una URL' },
  too_long: { en: 'it is longer than 2048 characters', es: 'tiene más de 2048 caracteres' },
  not_https: {
    en: 'it must begin with https://; only to this machine, and where Timbre was started with --dev for development, may it be http://',
    es: 'debe empezar por https://; solo hacia esta máquina, y si Timbre se arrancó con --dev para desarrollar, puede ser http://',
  },
  has_credentials: { en: 'it must not contain a user or a password', es: 'no debe contener usuario ni contraseña' },
  has_fragment: { en: 'it must not contain #', es: 'no debe contener #' },
  has_control_character: {
    en: 'it must not contain spaces or control characters',
    es: 'no debe contener espacios ni caracteres de control',
  },
  not_canonical: {
    en: 'it must begin with its origin as the URL standard writes it: {form}',
    es: 'debe empezar por su origen tal como lo escribe el estándar de URL: {form}',
  },
  mapped_address: {
    en: 'an IPv4 address must not be written as IPv6',
    es: 'una dirección IPv4 no debe escribirse como IPv6',
  },
  forbidden_address: {
    en: 'it points to a private, loopback or reserved address, which only the operator can allow with TIMBRE_ALLOW_TARGETS, or this machine alone with --dev for development',
    es: 'apunta a una dirección privada, local o reservada, que solo el operador puede permitir con TIMBRE_ALLOW_TARGETS, o solo esta máquina con --dev para desarrollar',
  },
  forbidden_port: {
    en: 'ports below 1024 other than 80 and 443 are not allowed',
    es: 'no se permiten puertos inferiores a 1024 distintos de 80 y 443',
  },

  too_many: { en: 'there are more than 20 headers', es: 'hay más de 20 cabeceras' },
  bad_name: { en: 'the name has a character that is not allowed, or is too long', es: 'el nombre no es válido' },
  not_allowed: { en: 'the name is reserved or not on the allowlist', es: 'el nombre está reservado o no se permite' },
  duplicate: { en: 'the name is there twice', es: 'el nombre está repetido' },
  bad_value: {
    en: 'the value must be printable ASCII without line breaks',
    es: 'el valor debe ser ASCII imprimible sin saltos de línea',
  },
  value_too_long: { en: 'the value is longer than 4096 bytes', es: 'el valor supera los 4096 bytes' },

  not_a_schema: { en: 'it is not a JSON Schema 2020-12', es: 'no es un JSON Schema 2020-12' },
  schema_too_large: { en: 'it is larger than 32 KiB', es: 'supera los 32 KiB' },
  too_deep: { en: 'it nests deeper than 64 levels', es: 'se anida más de 64 niveles' },
  too_many_subschemas: { en: 'it has more than 1000 subschemas', es: 'tiene más de 1000 subesquemas' },
  too_many_values: {
    en: 'it has more than 5000 values in enum and const',
    es: 'tiene más de 5000 valores en enum y const',
  },
  too_many_patterns: { en: 'it has more than 100 different patterns', es: 'tiene más de 100 patrones distintos' },
  too_many_instructions: {
    en: 'its patterns are too large: together they may have 20000 instructions, and a{1,1000} has 2000',
    es: 'sus patrones son demasiado grandes: juntos pueden tener 20000 instrucciones, y a{1,1000} tiene 2000',
  },
  too_many_property_escapes: {
    en: 'its patterns have more than 32 escapes such as \\p{Letter}',
    es: 'sus patrones tienen más de 32 escapes como \\p{Letter}',
  },
  too_many_groups: {
    en: 'a pattern nests groups deeper than 200 levels',
    es: 'un patrón anida grupos a más de 200 niveles',
  },
  reference: {
    en: '$ref may only name a schema of the same document, such as #/$defs/name',
    es: '$ref solo puede nombrar un esquema del mismo documento, como #/$defs/name',
  },
  reference_loop: {
    en: 'its references go round without looking further into the value',
    es: 'sus referencias dan vueltas sin avanzar en el valor',
  },
  keyword: {
    en: '$id, $anchor, $dynamicRef, $dynamicAnchor, $vocabulary, $recursiveRef and $recursiveAnchor are not supported',
    es: 'no se admiten $id, $anchor, $dynamicRef, $dynamicAnchor, $vocabulary, $recursiveRef ni $recursiveAnchor',
  },
  dialect: {
    en: '$schema may only name JSON Schema 2020-12 or draft-07, at the root',
    es: '$schema solo puede nombrar JSON Schema 2020-12 o draft-07, en la raíz',
  },
  dialect_meaning: {
    en: 'it says that it is of draft-07 and has something that means another thing in 2020-12',
    es: 'dice ser de draft-07 y tiene algo que en 2020-12 significa otra cosa',
  },
  number_too_large: { en: 'a number in it is too large', es: 'un número que contiene es demasiado grande' },
  pattern_syntax: {
    en: 'a pattern is not a regular expression of ECMA-262 with the flag u',
    es: 'un patrón no es una expresión regular de ECMA-262 con la opción u',
  },
  pattern_look_around: {
    en: 'a pattern needs look-ahead or look-behind, which do not run in linear time and are not supported',
    es: 'un patrón necesita lookahead o lookbehind, que no se ejecutan en tiempo lineal y no se admiten',
  },
  pattern_back_reference: {
    en: 'a pattern needs back-references, which do not run in linear time and are not supported',
    es: 'un patrón necesita referencias hacia atrás, que no se ejecutan en tiempo lineal y no se admiten',
  },
  pattern_modifier: {
    en: 'a pattern changes the flag i inside a group, which is not supported; write both cases, as in [aA]',
    es: 'un patrón cambia la opción i dentro de un grupo, lo que no se admite; escribe ambas formas, como [aA]',
  },
}

/** The sentence of a reason in a language; a text that is no reason of the table is returned as it is. */
export function reasonSentence(reason: string, language: keyof Sentence): string {
  return Object.hasOwn(REASONS, reason) ? REASONS[reason as Reason][language] : reason // hasOwn has just proved the key
}
