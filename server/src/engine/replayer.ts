// Owns the pace of replays: one bounded step after another, and only as fast as live traffic leaves capacity.
// Must never hold what it has queued: a replay's progress is in the store, so that it goes on after a crash.
import type { Clock } from '../platform/clock.ts'
import type { RunningReplay, Storage } from '../storage/storage.ts'
import { Loop, type OnFault } from './loop.ts'
import type { ShortLanes } from './short-lanes.ts'

export interface ReplayerDependencies {
  readonly clock: Clock
  readonly storage: Pick<Storage, 'runningReplays' | 'advanceReplay'>
  readonly shortLanes: Pick<ShortLanes, 'watch'>
  /** How many deliveries of a webhook a replay may make due now, those that are due already included. */
  readonly capacity: (webhookId: string) => number
  /** Deliveries were made due now. */
  readonly onQueued: () => void
  readonly onEnded: (replay: RunningReplay) => void
  readonly onFault: OnFault
}

/** Running replays that are looked at in one round; a workspace has at most five for each webhook. */
const ROUND_MAX = 100
/** Deliveries of one step, however much capacity a lane has: about 5 ms of writing. */
const QUEUE_MAX = 200
/** Between two steps, so that accepting and recording come first on the storage thread. */
const PAUSE_MS = 10
/** While nothing can be added this is how often it is tried again. */
const BLOCKED_MS = 100
/** Another node's replays, and those of webhooks that were enabled there, are found after this time. */
const IDLE_MS = 10_000

export class Replayer {
  readonly #dependencies: ReplayerDependencies
  readonly #loop: Loop
  /** Webhooks with a replay that could add nothing in the last round, because their lanes were full. */
  readonly #short = new Set<string>()
  #ranAt = Number.NEGATIVE_INFINITY

  constructor(dependencies: ReplayerDependencies) {
    const { clock, onFault, shortLanes } = dependencies
    this.#dependencies = dependencies
    shortLanes.watch((webhookId) => this.#noteCapacity(webhookId)).short = this.#short
    this.#loop = new Loop({ clock, onFault, name: 'replayer', runOnce: () => this.runOnce() })
  }

  start(): void {
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** A replay was asked for, or a webhook was enabled. */
  wake(): void {
    this.#loop.wake()
  }

  /** A lane that a replay waits for has run low. */
  #noteCapacity(webhookId: string): void {
    if (this.#dependencies.capacity(webhookId) === 0) return
    this.#loop.wakeIn(Math.max(this.#ranAt + PAUSE_MS - this.#dependencies.clock.monotonic(), 0))
  }

  /** At most one step of each running replay. Returns the milliseconds until the next round. */
  async runOnce(): Promise<number> {
    const { clock, storage } = this.#dependencies
    this.#ranAt = clock.monotonic()
    const running = await storage.runningReplays(ROUND_MAX)
    this.#short.clear()
    if (running.length === 0) return IDLE_MS
    let isAdvancing = false
    for (const replay of running) {
      if (await this.#advance(replay)) isAdvancing = true
    }
    return isAdvancing ? PAUSE_MS : BLOCKED_MS
  }

  /** True when there may be more to do at once. */
  async #advance(replay: RunningReplay): Promise<boolean> {
    const { clock, storage, capacity, onQueued, onEnded } = this.#dependencies
    const dueMax = capacity(replay.webhookId)
    if (dueMax === 0) {
      this.#short.add(replay.webhookId)
      return false
    }
    const { kind, queued } = await storage.advanceReplay(replay, { queueMax: QUEUE_MAX, dueMax }, clock.now())
    if (queued > 0) onQueued()
    if (kind === 'ended') onEnded(replay)
    return kind === 'advanced'
  }
}
