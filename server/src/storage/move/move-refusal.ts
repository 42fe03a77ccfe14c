// Owns why a move was not made, as a sentence for the operator.

export type MoveRefusalReason =
  /** What was asked for cannot be done as it was asked. */
  | 'wrong_request'
  /** It was begun and did not work out. */
  | 'failed'

export class MoveRefusal extends Error {
  readonly reason: MoveRefusalReason

  /** @param cause what the database or its driver said */
  constructor(reason: MoveRefusalReason, sentence: string, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause })
    this.name = 'MoveRefusal'
    this.reason = reason
  }
}
