// Owns the error of a commit of which nobody knows whether it took place: the connection ended, or said nothing for too long.

export class CommitUnknown extends Error {
  constructor(cause: unknown) {
    super(`a commit may have taken place or not: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'CommitUnknown'
  }
}
