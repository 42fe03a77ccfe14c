// Owns whether a text is a pattern of ECMA-262 with the flag `u`, which only the engine itself can say.
// Must never run such a pattern.

/** `\p{…}` in a pattern, without reading it: one behind an escaped backslash is counted as well. */
export function propertyEscapes(text: string): number {
  return text.split(/\\[pP]\{/).length - 1
}

/** To be called when `propertyEscapes` has been bounded: the engine takes a quarter of a millisecond for each. */
export function isEcmaPattern(text: string): boolean {
  try {
    new RegExp(text, 'u')
    return true
  } catch {
    return false
  }
}
