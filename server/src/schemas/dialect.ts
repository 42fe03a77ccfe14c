// Owns `$schema`: 2020-12, or draft-07 where that means the same. Anything else is refused with what the difference is.
import { isObject, type JsonObject, member, refuseAt } from './keyword.ts'
import { KEYWORDS, type KeywordName } from './keywords/keywords.ts'

export type Dialect = '2020-12' | 'draft-07'

const DIALECTS: ReadonlyMap<unknown, Dialect> = new Map([
  [undefined, '2020-12'],
  ['https://json-schema.org/draft/2020-12/schema', '2020-12'],
  ['https://json-schema.org/draft/2020-12/schema#', '2020-12'],
  ['http://json-schema.org/draft-07/schema#', 'draft-07'],
  ['http://json-schema.org/draft-07/schema', 'draft-07'],
  ['https://json-schema.org/draft-07/schema#', 'draft-07'],
  ['https://json-schema.org/draft-07/schema', 'draft-07'],
])

/** The dialect that the root of a document names. Throws INVALID_EVENT_TYPE_SCHEMA. */
export function dialectOf(schema: JsonObject): Dialect {
  return (
    DIALECTS.get(member(schema, '$schema')) ??
    refuseAt('dialect', '/$schema', {
      en: 'must name JSON Schema 2020-12 or draft-07, or be absent',
      es: 'debe nombrar JSON Schema 2020-12 o draft-07, o no estar',
    })
  )
}

/** Words that assert something in 2020-12 and nothing in draft-07. */
const NEW_KEYWORDS: readonly KeywordName[] = [
  'prefixItems',
  'minContains',
  'maxContains',
  'dependentRequired',
  'dependentSchemas',
  'unevaluatedItems',
  'unevaluatedProperties',
]
/** Beside `$ref`, where draft-07 ignores everything, these change nothing. */
const SILENT_SIBLINGS: ReadonlySet<string> = new Set<KeywordName>([
  '$ref',
  '$schema',
  '$comment',
  '$defs',
  'definitions',
  'title',
  'description',
  'default',
  'examples',
  'readOnly',
  'writeOnly',
  'deprecated',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
])

/** Refuses what draft-07 means otherwise than 2020-12, in one schema of the document. */
export function refuseOtherMeaning(schema: JsonObject, pointer: string): void {
  for (const name of NEW_KEYWORDS) {
    if (!Object.hasOwn(schema, name)) continue
    refuseAt('dialect_meaning', `${pointer}/${name}`, {
      en: 'has no meaning in draft-07: name 2020-12 in $schema, or leave $schema out',
      es: 'no significa nada en draft-07: indica 2020-12 en $schema, u omite $schema',
    })
  }
  if (Array.isArray(member(schema, 'items')))
    refuseAt('dialect_meaning', `${pointer}/items`, {
      en: 'as an array is prefixItems in 2020-12',
      es: 'como array es prefixItems en 2020-12',
    })
  if (isObject(schema) && Object.hasOwn(schema, '$ref')) refuseSiblings(schema, pointer)
}

function refuseSiblings(schema: JsonObject, pointer: string): void {
  const asserting = Object.keys(schema).find((name) => KEYWORDS.has(name) && !SILENT_SIBLINGS.has(name))
  if (asserting === undefined) return
  refuseAt('dialect_meaning', `${pointer}/$ref`, {
    en: `has ${asserting} beside it, which draft-07 ignores and 2020-12 does not: put the two into allOf`,
    es: `tiene ${asserting} al lado, que draft-07 ignora y 2020-12 no: pon los dos en allOf`,
  })
}
