// Owns the signal that a management request was answered before under the same Idempotency-Key.
// Must never reach a client: who catches it looks the response up with `findResponse` and sends that.

/**
 * Thrown by a management write whose Idempotency-Key came before with the same request. Nothing was written. It happens
 * when two equal requests run at the same moment, because `findResponse` is asked before the work is done.
 */
export class ResponseExists extends Error {
  constructor() {
    super('This Idempotency-Key was answered before; the stored response is the response.')
    this.name = 'ResponseExists'
  }
}
