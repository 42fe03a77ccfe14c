// Owns sentences of the service itself, which are bounded all the same: an older version may have stored others.
import { untrusted } from '../untrusted.ts'

const SENTENCE_LENGTH_MAX = 400

/** The sentence, cut where it is longer than any of ours; null stays null. */
export function plain<T extends string | null>(sentence: T): T {
  return (sentence === null ? null : untrusted(sentence, SENTENCE_LENGTH_MAX).untrusted) as T // null where it was null
}
