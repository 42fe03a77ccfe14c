// Owns why a move was not made, as a sentence for the operator.

export type MoveRefusalReason =
  /** What was asked for cannot be done as it was asked. */
  | 'wrong_request'
  /** It was begun and did not work out. */
  | 'failed'

export class MoveRefusal extends Error {
  readonly reason: MoveRefusalReason

  constructor(reason: MoveRefusalReason, sentence: string) {
    super(sentence)
    this.name = 'MoveRefusal'
    this.reason = reason
  }
}
