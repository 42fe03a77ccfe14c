// Owns what a planted bug is: one replacement in one source file, made while the file is loaded. The tree is not touched.

export interface Mutant {
  /** What is wrong with it, in a few words. */
  readonly name: string
  /** Under `server/src/`. */
  readonly file: string
  /** Occurs exactly once in the file: a mutant that has grown stale fails loudly. */
  readonly find: string
  readonly replace: string
}
