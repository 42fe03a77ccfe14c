// Owns whose turn it is to read a page for itself: a few at once, and workspaces in turn, so that many slow readers of one
// keep neither the store nor the readers of another waiting.
import { FairQueue } from '../../platform/fair-queue.ts'

const AT_ONCE_MAX = 2

export class PageTurns {
  readonly #waiting = new FairQueue<string, () => void>()
  #running = 0

  async run<T>(workspaceId: string, read: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE_MAX) {
      await new Promise<void>((resolve) => this.#waiting.add(workspaceId, resolve))
    } else this.#running++
    try {
      return await read()
    } finally {
      const next = this.#waiting.take(() => true)
      if (next === undefined) this.#running--
      else next()
    }
  }
}
