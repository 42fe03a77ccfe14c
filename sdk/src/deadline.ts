// Owns the time limit of one try, joined with the caller's own signal. (AbortSignal.any is not in every Node 18.)
import { after } from './runtime.ts'

/** Aborts `signal` after a time or together with an outer signal, and knows which of the two it was. */
export class Deadline {
  readonly #controller = new AbortController()
  readonly #outer: AbortSignal | undefined
  readonly #cancel: () => void
  #hasPassed = false

  constructor(timeoutMs: number, outer?: AbortSignal) {
    this.#outer = outer
    this.#cancel = after(timeoutMs, () => {
      this.#hasPassed = true
      this.#controller.abort()
    })
    if (outer?.aborted) this.#follow()
    outer?.addEventListener('abort', this.#follow)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get hasPassed(): boolean {
    return this.#hasPassed
  }

  /** What was waited for in time goes on: only the outer signal aborts it now. */
  stopWaiting(): void {
    this.#cancel()
  }

  /** To be called when the try is over, else the timer and the listener stay. */
  clear(): void {
    this.#cancel()
    this.#outer?.removeEventListener('abort', this.#follow)
  }

  readonly #follow = (): void => this.#controller.abort(this.#outer?.reason)
}
