// Owns group commit: many callers, one transaction, one fsync (DESIGN §2.2). While one batch is being written the next
// gathers, so under load batches grow by themselves and no timer is on the way.
import assert from 'node:assert/strict'
import type { EventLoop } from '../platform/event-loop.ts'

export interface GroupCommitOptions<Item, Result> {
  /** Writes a batch in one transaction; resolves with one result per item, in order. */
  readonly commit: (batch: readonly Item[]) => Promise<readonly Result[]>
  /** How much of a batch an item takes, 1 for a row. */
  readonly weight: (item: Item) => number
  readonly batchWeightMax: number
  /** Whose an item is: owners take turns by weight. Absent: whoever came first is first. */
  readonly ownerOf?: (item: Item) => string
  /** Whether it is the store that fails and not the batch: then it is tried once more, and not item by item. */
  readonly isOutage?: (error: unknown) => boolean
  readonly loop: Pick<EventLoop, 'afterTick'>
}

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
  readonly start: number
}

export class GroupCommit<Item, Result> {
  readonly #options: GroupCommitOptions<Item, Result>
  #waiting: Waiting<Item, Result>[] = []
  #waitingWeight = 0
  #running: Promise<void> | undefined
  /** Weight of what a single owner would have had written by now. */
  #now = 0
  /** When what each owner has brought will be written, in that weight. */
  readonly #ends = new Map<string, number>()

  constructor(options: GroupCommitOptions<Item, Result>) {
    this.#options = options
  }

  /** Weight of what waits and is not yet being written. */
  get waitingWeight(): number {
    return this.#waitingWeight
  }

  /** Resolves when the item is on disk. Rejects with the store's fault. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject, start: this.#startOf(item) })
      this.#waitingWeight += this.#options.weight(item)
      this.#running ??= this.#run()
    })
  }

  /** Resolves when nothing waits and nothing is being written. */
  async drained(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  async #run(): Promise<void> {
    // Lets everything that arrives in this tick join the first batch; and what other groups have gathered
    // is handed to the store at the same moment, so that it can share the fsync.
    while (this.#waiting.length > 0) {
      await this.#options.loop.afterTick()
      await this.#write(this.#take())
    }
    this.#running = undefined
  }

  /** Start-time fair queueing: whoever has brought little is not behind whoever has brought much, and nobody waits for ever. */
  #startOf(item: Item): number {
    const { ownerOf, weight } = this.#options
    if (ownerOf === undefined) return 0
    const owner = ownerOf(item)
    const start = Math.max(this.#now, this.#ends.get(owner) ?? 0)
    this.#ends.set(owner, start + weight(item))
    return start
  }

  #take(): Waiting<Item, Result>[] {
    const { weight, batchWeightMax, ownerOf } = this.#options
    if (ownerOf !== undefined && this.#waitingWeight > batchWeightMax) this.#waiting.sort((a, b) => a.start - b.start)
    let taken = 0
    let count = 0
    for (const { item } of this.#waiting) {
      taken += weight(item)
      if (count > 0 && taken > batchWeightMax) break
      count++
    }
    const batch = this.#waiting.slice(0, count)
    this.#waiting = this.#waiting.slice(count)
    for (const { item } of batch) this.#waitingWeight -= weight(item)
    for (const { start } of batch) this.#now = Math.max(this.#now, start)
    if (this.#waiting.length === 0) this.#ends.clear()
    return batch
  }

  async #write(batch: readonly Waiting<Item, Result>[], isSecond = false): Promise<void> {
    try {
      const results = await this.#options.commit(batch.map(({ item }) => item))
      assert.equal(results.length, batch.length, 'A commit answers every item of its batch.')
      batch.forEach(({ resolve }, index) => {
        resolve(results[index] as Result) // length asserted above
      })
    } catch (error) {
      const isOutage = this.#options.isOutage?.(error) === true
      if (isOutage && !isSecond) return this.#write(batch, true)
      if (isOutage || batch.length === 1) for (const { reject } of batch) reject(error)
      // One item may be what broke the transaction: the others must not pay for it.
      else for (const single of batch) await this.#write([single])
    }
  }
}
