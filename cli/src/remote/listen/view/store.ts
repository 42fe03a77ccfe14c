// Owns the state of the view while it is drawn, and tells who draws it: at once after a key, now and then while much comes.
import { pause } from '../../../frame/world.ts'
import type { ViewState } from './view-state.ts'

/** More often nobody can read. */
const TELL_EVERY_MS = 80

export class Store {
  #state: ViewState
  #isPlanned = false
  readonly #listeners = new Set<() => void>()

  constructor(state: ViewState) {
    this.#state = state
  }

  readonly get = (): ViewState => this.#state

  /** As React asks for it (useSyncExternalStore). */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  setNow(state: ViewState): void {
    this.#state = state
    this.#tell()
  }

  /** Together with what else comes in the next moments. */
  setSoon(state: ViewState): void {
    this.#state = state
    if (this.#isPlanned) return
    this.#isPlanned = true
    void pause(TELL_EVERY_MS).then(() => {
      this.#isPlanned = false
      this.#tell()
    })
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
