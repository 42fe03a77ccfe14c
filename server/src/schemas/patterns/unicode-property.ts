// Owns which code points have a property such as `\p{Letter}`: those that the engine's own RegExp says, asked one at a time.
// Must never keep more than a bounded number of answers, whatever texts are looked at.

const BLOCK_BITS = 8
const BLOCK_SIZE = 1 << BLOCK_BITS
/** Of 256 code points each: some 2 MB. */
const BLOCKS_MAX = 20_000

export interface UnicodeProperty {
  has(codePoint: number): boolean
}

/** The answers for blocks of code points that have been asked about, by property and block. */
const blocks = new Map<string, Uint8Array>()
/** There are some hundred properties; each has a few spellings. */
const properties = new Map<string, UnicodeProperty>()

/** @param property as a pattern has it, `\p{Lu}` or `\P{Script=Greek}`, known to be valid */
export function unicodeProperty(property: string): UnicodeProperty {
  const known = properties.get(property)
  if (known !== undefined) return known
  const one = new RegExp(`^${property}$`, 'u')
  const made = { has: (codePoint: number) => blockOf(property, one, codePoint)[codePoint % BLOCK_SIZE] === 1 }
  properties.set(property, made)
  return made
}

function blockOf(property: string, one: RegExp, codePoint: number): Uint8Array {
  const start = codePoint - (codePoint % BLOCK_SIZE)
  const name = `${start} ${property}`
  const known = blocks.get(name)
  if (known !== undefined) return known
  if (blocks.size >= BLOCKS_MAX) blocks.clear()
  const block = Uint8Array.from({ length: BLOCK_SIZE }, (_, index) =>
    one.test(String.fromCodePoint(start + index)) ? 1 : 0,
  )
  blocks.set(name, block)
  return block
}
