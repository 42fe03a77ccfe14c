// Owns which code points have a property such as `\p{Letter}`: those that the engine's own RegExp says, asked one at a time.
// Must never remember what was asked: texts with every character there is would fill the memory, or make it forget each time.

const ASCII_COUNT = 128

export interface UnicodeProperty {
  has(codePoint: number): boolean
}

/** @param property as a pattern has it, `\p{Lu}` or `\P{Script=Greek}`, known to be valid */
export function unicodeProperty(property: string): UnicodeProperty {
  const one = new RegExp(`^${property}$`, 'u')
  const ask = (codePoint: number) => one.test(String.fromCodePoint(codePoint))
  // Most characters of most texts.
  const ascii = Uint8Array.from({ length: ASCII_COUNT }, (_, codePoint) => (ask(codePoint) ? 1 : 0))
  return { has: (codePoint) => (codePoint < ASCII_COUNT ? ascii[codePoint] === 1 : ask(codePoint)) }
}
