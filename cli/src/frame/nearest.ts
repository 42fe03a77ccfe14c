// Owns guessing which known word was meant by one that is not known.
import { distance } from 'fastest-levenshtein'

/** The nearest word, when at most a third of its letters differ. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const slips = (one: string) => distance(word.toLowerCase(), one.toLowerCase())
  const [best] = [...known].sort((a, b) => slips(a) - slips(b))
  return best !== undefined && slips(best) <= Math.max(best.length, word.length) / 3 ? best : undefined
}
