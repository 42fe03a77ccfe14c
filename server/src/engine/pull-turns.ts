// Owns whose turn it is to look for deliveries to pull: workspaces take turns, and two consumers of one webhook do not look at once.
// Must never let one workspace keep the storage from the others.
import { FairQueue } from '../platform/fair-queue.ts'
import type { PullKey } from '../storage/storage.ts'

/** At once, on this node: with each go up to a megabyte of envelopes and a commit. */
const LOOKING_MAX = 4

interface Item {
  readonly key: PullKey
  readonly begin: () => Promise<void>
}

export class PullTurns {
  readonly #queue = new FairQueue<string, Item>()
  /** By webhook that is looked at, or is next in its workspace: who comes after. */
  readonly #behind = new Map<string, Item[]>()
  #looking = 0

  run<T>(key: PullKey, look: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const item = { key, begin: () => look().then(resolve, reject) }
      const behind = this.#behind.get(key.webhookId)
      if (behind !== undefined) {
        behind.push(item)
        return
      }
      this.#behind.set(key.webhookId, [])
      this.#add(item)
    })
  }

  #add(item: Item): void {
    this.#queue.add(item.key.workspaceId, item)
    this.#next()
  }

  #next(): void {
    while (this.#looking < LOOKING_MAX) {
      const item = this.#queue.take(() => true)
      if (item === undefined) return
      void this.#run(item)
    }
  }

  async #run({ key: { webhookId }, begin }: Item): Promise<void> {
    this.#looking++
    await begin()
    this.#looking--
    const next = this.#behind.get(webhookId)?.shift()
    if (next === undefined) this.#behind.delete(webhookId)
    else this.#add(next)
    this.#next()
  }
}
