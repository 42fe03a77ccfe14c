// Owns what a finding is: where a value is wrong, and a sentence about it in both languages.
// Must never hold more of the caller's texts than a bounded part.

export { escapePointer } from '../platform/json/json-pointer.ts'

export interface Sentence {
  readonly en: string
  readonly es: string
}

export interface Finding extends Sentence {
  /** A JSON Pointer. */
  readonly path: string
}

/** More than these help nobody, and they bound what a hostile request is told. */
export const FINDINGS_MAX = 20
const PATH_LENGTH_MAX = 200
const QUOTED_LENGTH_MAX = 200

/** A pointer that can be shown, however long the names in it are. */
export function shownPath(pointer: string): string {
  return pointer.slice(0, PATH_LENGTH_MAX).toWellFormed()
}

/** A text of the caller's inside a sentence. */
export function quoted(text: string): string {
  return text.slice(0, QUOTED_LENGTH_MAX).toWellFormed()
}
