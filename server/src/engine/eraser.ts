// Owns erasing the events of one call: batch after batch with rests, then the log is emptied, so that the bytes are gone.
import type { Clock } from '../platform/clock.ts'
import type { ErasedRows, Storage } from '../storage/storage.ts'
import { batchPause } from './batch-pause.ts'
import type { ErasedDeliveries } from './held-delivery.ts'
import { Loop, type OnFault } from './loop.ts'
import { REMOVAL_ROWS_MAX } from './pruner.ts'

export interface EraserDependencies {
  readonly clock: Clock
  readonly storage: Pick<Storage, 'eraseCall' | 'truncateLog'>
  readonly erased: Pick<ErasedDeliveries, 'note'>
  readonly onFault: OnFault
  /** Any delivery that is held may be erased: what has not begun is to be released. */
  readonly onUnknown: () => void
}

/** A reader, such as a backup that is being made, keeps the log from being emptied. */
const BLOCKED_MS = 1000
const IDLE_MS = 3600_000
const SOON_MS = 500

export class Eraser {
  readonly #dependencies: EraserDependencies
  readonly #loop: Loop
  /** By workspace and call: the last that was asked for. */
  readonly #underWay = new Map<string, Promise<unknown>>()
  /** True at first: a process that died may have left an erasure in the log. */
  #mustTruncate = true

  constructor(dependencies: EraserDependencies) {
    const { clock, onFault } = dependencies
    this.#dependencies = dependencies
    this.#loop = new Loop({ clock, onFault, name: 'eraser', runOnce: () => this.runOnce() })
  }

  start(): void {
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /**
   * Resolves when nothing of the call is in the tables, nor in the log unless a reader still holds that. An erasure of the same
   * call that is under way is waited for: it has removed the rows, and may not have heard yet that nothing of them is sent.
   */
  async erase(workspaceId: string, callId: string): Promise<ErasedRows> {
    const key = `${workspaceId} ${callId}`
    const before = this.#underWay.get(key) ?? Promise.resolve()
    const own = before.catch(() => undefined).then(() => this.#erase(workspaceId, callId))
    this.#underWay.set(key, own)
    try {
      return await own
    } finally {
      if (this.#underWay.get(key) === own) this.#underWay.delete(key)
    }
  }

  async #erase(workspaceId: string, callId: string): Promise<ErasedRows> {
    const { clock, storage, erased, onUnknown } = this.#dependencies
    const total = { events: 0, deliveries: 0, attempts: 0, unconfirmed: 0 }
    for (;;) {
      const startedAt = clock.monotonic()
      const request = { workspaceId, callId, now: clock.now(), rowsMax: REMOVAL_ROWS_MAX }
      const { removed, leased, unconfirmed, isDone } = await storage.eraseCall(request).catch((error: unknown) => {
        // It may have been carried out all the same, and nobody has said what was held.
        onUnknown()
        throw error
      })
      erased.note(leased)
      total.unconfirmed += unconfirmed
      total.events += removed.events
      total.deliveries += removed.deliveries
      total.attempts += removed.attempts
      if (isDone) break
      const pauseMs = batchPause(clock.monotonic() - startedAt)
      await new Promise<void>((resolve) => clock.schedule(resolve, pauseMs))
    }
    this.#mustTruncate = true
    this.#loop.wakeIn(await this.runOnce())
    return total
  }

  /** Something was deleted whose bytes must be gone: in a moment, so that a thousand deletions empty the log a few times only. */
  truncateSoon(): void {
    this.#mustTruncate = true
    this.#loop.wakeIn(SOON_MS)
  }

  /** Empties the log when there is something to be gone from it. Returns the milliseconds until the next try. */
  async runOnce(): Promise<number> {
    if (!this.#mustTruncate) return IDLE_MS
    this.#mustTruncate = false
    if (await this.#dependencies.storage.truncateLog()) return IDLE_MS
    this.#mustTruncate = true
    return BLOCKED_MS
  }
}
