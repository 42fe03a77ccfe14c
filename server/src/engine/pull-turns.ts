// Owns whose turn it is to look for deliveries to pull: workspaces take turns, and two consumers of one webhook do not look at once.
// Must never let one workspace keep the storage from the others.
import { FairQueue } from '../platform/fair-queue.ts'
import type { PullKey } from '../storage/storage.ts'

/** At once, on this node: with each go up to a megabyte of bodies and a commit. */
const LOOKING_MAX = 4

interface Item {
  readonly webhookId: string
  readonly begin: () => Promise<void>
}

export class PullTurns {
  readonly #queue = new FairQueue<string, Item>()
  readonly #looking = new Set<string>()

  run<T>({ workspaceId, webhookId }: PullKey, look: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const begin = () => look().then(resolve, reject)
      this.#queue.add(workspaceId, { webhookId, begin })
      this.#next()
    })
  }

  #next(): void {
    while (this.#looking.size < LOOKING_MAX) {
      const item = this.#queue.take(({ webhookId }) => !this.#looking.has(webhookId))
      if (item === undefined) return
      void this.#run(item)
    }
  }

  async #run({ webhookId, begin }: Item): Promise<void> {
    this.#looking.add(webhookId)
    await begin()
    this.#looking.delete(webhookId)
    this.#next()
  }
}
