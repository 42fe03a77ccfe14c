// Owns the compiled form of a schema: what each of its keywords checks.
import type { Run } from './run.ts'

/** What one keyword asserts. False: the value is invalid, and the run has been told why. */
export type Check = (value: unknown, run: Run) => boolean

/** One schema of a document. Filled while the document is compiled, never changed after it. */
export interface SchemaNode {
  /** It is the schema `false`. */
  readonly isNever: boolean
  checks: readonly Check[]
  /** `unevaluated…`: they look at what all others have evaluated, and only when those found nothing wrong. */
  lastChecks: readonly Check[] | undefined
}
