// Owns what a verifier says of a provider's request.
// Must never have a secret, or what a signature should have been, in it.
import type { RefusalCause } from '../source.ts'

/** What a verifier says. */
export type Verdict =
  | { readonly isVerified: true }
  | {
      readonly isVerified: false
      readonly cause: RefusalCause
      /** What was found, where that helps: the URL that was signed, how old it is. */
      readonly detail?: string
    }

export const VERIFIED: Verdict = { isVerified: true }

export function refused(cause: RefusalCause, detail?: string): Verdict {
  return { isVerified: false, cause, ...(detail === undefined ? {} : { detail }) }
}
