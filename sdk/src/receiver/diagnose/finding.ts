// Owns the form of what one step of a diagnosis has found.
import type { DiagnosisCause } from './causes.ts'

export interface Finding {
  readonly cause: DiagnosisCause
  /** What it is in this request, a sentence; absent: the cause says it all. */
  readonly what?: string
  readonly detail?: Readonly<Record<string, string | number>>
  /** true: the request verifies all the same. */
  readonly verifies?: boolean
}
