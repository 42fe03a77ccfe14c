// Owns JSON as people read it: one member on each line, and every number with the digits that it was written with. Pure.
import { hasInexactNumber, jsonIn } from '../browser/exact-json.ts'

/** undefined: it is no JSON, or only a word of it; or it has a number that this browser would show with other digits. */
export function prettyJson(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  const read = jsonIn(text)
  return read === undefined || hasInexactNumber(read.value) ? undefined : JSON.stringify(read.value, null, 2)
}
