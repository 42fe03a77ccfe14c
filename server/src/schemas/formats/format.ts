// Owns what a format is: a test of a text, and what the test may cost.

export interface Format {
  /** Linear in the text. */
  readonly test: (text: string) => boolean
  /** What testing costs at most. */
  readonly steps: (text: string) => number
}

const CHARACTERS_PER_STEP = 4

/**
 * A format whose test reads the text a fixed number of times.
 * @param charactersPerStep less than the default for a test that does more with each
 */
export function linear(test: (text: string) => boolean, charactersPerStep = CHARACTERS_PER_STEP): Format {
  return { test, steps: (text) => 1 + text.length / charactersPerStep }
}
