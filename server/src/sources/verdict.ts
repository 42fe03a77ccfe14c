// Owns what can be wrong with a provider's signature, and in which words that is said.
// Must never have a secret, or what a signature should have been, in a sentence.

/** Why a request of a provider was not taken. */
export type RefusalCause = keyof typeof REFUSAL_SENTENCES

/** What whoever sets a source up should look at. */
export const REFUSAL_SENTENCES = {
  no_signature:
    'The request has no signature. Switch signing on at the provider, or see that no proxy drops the header.',
  malformed_signature: 'The signature is there, but not in the form that this provider writes it.',
  unknown_algorithm: 'The request says that it was signed with an algorithm that is not known here.',
  wrong_secret:
    'No secret of this source gives this signature: the provider signs with another one, or the body was changed on the way.',
  body_changed: 'The body is not the one that was signed: something between the provider and here wrote it anew.',
  wrong_url:
    'The provider signed another URL than the one of this source. Set `publicUrl` to the URL as it is written at the provider.',
  too_old:
    'The signature is older than the provider allows: the request was kept or repeated, or the clock here is fast.',
  in_future: 'The signature is from the future: the clock here is slow.',
  no_body_hash: 'The token says nothing about the body: it is no webhook token of this provider.',
  not_readable: 'The body is neither a form nor a JSON object.',
  needs_answer:
    'This message asks for instructions, which a source does not give. Point only status callbacks and events here.',
  too_large: 'The body is larger than a source takes. Switch off at the provider what has recordings in it.',
} as const

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
