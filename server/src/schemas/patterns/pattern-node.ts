// Owns the parts of a pattern, and how many instructions they become.
import type { CharacterSet } from './character-set.ts'

export type Assertion = 'start' | 'end' | 'line_start' | 'line_end' | 'word_boundary' | 'no_word_boundary'

export type PatternNode =
  | { readonly kind: 'characters'; readonly set: CharacterSet }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly branches: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number }

/** Never less than what `Program` emits; infinite rather than too large to count. */
export function instructionsOf(node: PatternNode): number {
  switch (node.kind) {
    case 'characters':
    case 'assertion':
      return 1
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + instructionsOf(part), 0)
    case 'choice':
      return node.branches.reduce((sum, branch) => sum + 2 + instructionsOf(branch), 0)
    case 'repeat': {
      // What is empty is repeated for nothing, and must not be repeated a billion times.
      const size = Math.max(1, instructionsOf(node.part))
      const { min, max } = node
      return max === Number.POSITIVE_INFINITY ? (min + 1) * size + 2 : min * size + (max - min) * (size + 1)
    }
  }
}
