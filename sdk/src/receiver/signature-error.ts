// Owns the reasons for which a request is not accepted as one of the service.
// Must never carry a secret.

export type SignatureErrorCode =
  /** The request has no signature header, or only the one that covers no time. */
  | 'no_signature'
  /** The signature headers are incomplete or not in their format, or were changed on the way. */
  | 'malformed_signature'
  /** Signature, secret and body do not belong together, and nothing says that it is the body. */
  | 'wrong_secret'
  /** The body is not what was sent: parsed, serialised again, trimmed, or read by somebody else before. */
  | 'body_changed'
  /** The signature is right, but `webhook-id` is not the id of the event in the body. */
  | 'id_mismatch'
  /** The signature is right, but older than the tolerance. */
  | 'too_old'
  /** The signature is right, but further in the future than the tolerance. */
  | 'too_new'
  /** No secret was given to verify with. */
  | 'no_secret'

/** A request that is not to be trusted. `code` says why; the message says what to do. */
export class SignatureError extends Error {
  override readonly name = 'SignatureError'
  readonly code: SignatureErrorCode

  constructor(code: SignatureErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
