// Owns which keywords there are: those of JSON Schema 2020-12. Any other word is kept in the schema and means nothing.
import type { Keyword } from '../keyword.ts'
import { ANNOTATION_KEYWORDS } from './annotations.ts'
import { ANY_VALUE_KEYWORDS } from './any-value.ts'
import { ARRAY_KEYWORDS } from './arrays.ts'
import { CORE_KEYWORDS } from './core.ts'
import { LOGIC_KEYWORDS } from './logic.ts'
import { MEMBER_KEYWORDS } from './members.ts'
import { NUMBER_KEYWORDS } from './numbers.ts'
import { OBJECT_KEYWORDS } from './objects.ts'
import { TEXT_KEYWORDS } from './texts.ts'
import { UNEVALUATED_KEYWORDS } from './unevaluated.ts'

const TABLE = {
  ...CORE_KEYWORDS,
  ...ANNOTATION_KEYWORDS,
  ...ANY_VALUE_KEYWORDS,
  ...NUMBER_KEYWORDS,
  ...TEXT_KEYWORDS,
  ...MEMBER_KEYWORDS,
  ...OBJECT_KEYWORDS,
  ...ARRAY_KEYWORDS,
  ...LOGIC_KEYWORDS,
  ...UNEVALUATED_KEYWORDS,
} as const satisfies Readonly<Record<string, Keyword>>

export type KeywordName = keyof typeof TABLE

/** In the order in which they are checked. A map, so that no word is found that objects inherit. */
export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map(Object.entries(TABLE))
