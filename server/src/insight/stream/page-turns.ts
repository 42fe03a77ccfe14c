// Owns whose turn it is to read a page for itself: a few at once, and workspaces in turn, so that many slow readers of one
// keep neither the store nor the readers of another waiting; and with a rest after each, so that deliveries have the cores as before.
import type { Clock } from '../../platform/clock.ts'
import { FairQueue } from '../../platform/fair-queue.ts'

const AT_ONCE_MAX = 2

export class PageTurns {
  readonly #clock: Pick<Clock, 'monotonic' | 'schedule'>
  readonly #waiting = new FairQueue<string, () => void>()
  #running = 0

  constructor({ clock }: { readonly clock: Pick<Clock, 'monotonic' | 'schedule'> }) {
    this.#clock = clock
  }

  async run<T>(workspaceId: string, read: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE_MAX) {
      await new Promise<void>((resolve) => this.#waiting.add(workspaceId, resolve))
    } else this.#running++
    const startedAt = this.#clock.monotonic()
    try {
      return await read()
    } finally {
      this.#rest(this.#clock.monotonic() - startedAt)
    }
  }

  /** As long as the page took: what catches up takes half of what it could, and less where the machine is busy. */
  #rest(ms: number): void {
    if (ms < 1) this.#next()
    else this.#clock.schedule(() => this.#next(), ms)
  }

  #next(): void {
    const next = this.#waiting.take(() => true)
    if (next === undefined) this.#running--
    else next()
  }
}
