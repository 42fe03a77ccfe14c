// Owns the keywords that say something about a value and assert nothing: their own values have to be right all the same.
import type { Keyword } from '../keyword.ts'
import { readArray, readBoolean, readText } from '../keyword-values.ts'

export const ANNOTATION_KEYWORDS = {
  title: { read: (value, place) => void readText(value, place) },
  description: { read: (value, place) => void readText(value, place) },
  default: { read: () => undefined },
  examples: { read: (value, place) => void readArray(value, place) },
  deprecated: { read: (value, place) => void readBoolean(value, place) },
  readOnly: { read: (value, place) => void readBoolean(value, place) },
  writeOnly: { read: (value, place) => void readBoolean(value, place) },
  contentEncoding: { read: (value, place) => void readText(value, place) },
  contentMediaType: { read: (value, place) => void readText(value, place) },
  /** A place that references may name. */
  contentSchema: { read: (value, place) => void place.child(value) },
} as const satisfies Readonly<Record<string, Keyword>>
