// Owns who waits for deliveries of webhooks of kind `pull`: how many may, and which of them is woken when something is due.
// Must never wake two for one delivery, nor lose a wake-up that comes while its waiter is looking.
import { Refusal } from '@timbre/contract/errors.ts'
import type { Cancel, Clock } from '../platform/clock.ts'
import type { PullKey, Storage } from '../storage/storage.ts'
import { Loop, type OnFault } from './loop.ts'

export interface PullWaitersDependencies {
  readonly clock: Clock
  readonly storage: Pick<Storage, 'listDuePulls'>
  readonly onFault: OnFault
}

/** Polls of one workspace at once, on this node. Each is a connection that is held for up to 30 s. */
export const POLLS_OF_WORKSPACE_MAX = 100
const RETRY_AFTER_S = 1
/** Whatever makes something due without saying so, on this node or another, is found after this time: one seek for each webhook. */
export const LOOK_MS = 1000

/** The polls of one webhook, in the order they came. */
interface Queue {
  readonly key: PullKey
  readonly waiters: Set<PullWaiter>
  dueAt: number
  cancel: Cancel | undefined
}

/** One poll. It looks, waits until it is woken, looks again. */
export class PullWaiter {
  readonly key: PullKey
  readonly #clock: Clock
  #isWoken = false
  #isEnded = false
  #resolve: (() => void) | undefined

  constructor(key: PullKey, clock: Clock) {
    this.key = key
    this.#clock = clock
  }

  get isWoken(): boolean {
    return this.#isWoken
  }

  /** Nobody waits for its response any more, or nothing more is given. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  /** To be called before it looks: what comes from now on wakes it. */
  look(): void {
    this.#isWoken = false
  }

  /** Resolves when it is woken, or was since it began to look, or ended; or after this time. */
  async wait(ms: number): Promise<void> {
    if (this.#isWoken || this.#isEnded || ms <= 0) return
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.schedule(resolve, ms)
      this.#resolve = () => {
        cancel()
        resolve()
      }
    })
    this.#resolve = undefined
  }

  wake(): void {
    this.#isWoken = true
    this.#resolve?.()
  }

  end(): void {
    this.#isEnded = true
    this.#resolve?.()
  }
}

export class PullWaiters {
  readonly #dependencies: PullWaitersDependencies
  readonly #loop: Loop
  readonly #queues = new Map<string, Queue>()
  /** How many, by workspace. */
  readonly #counts = new Map<string, number>()
  #isStopped = false

  constructor(dependencies: PullWaitersDependencies) {
    const { clock, onFault } = dependencies
    this.#dependencies = dependencies
    this.#loop = new Loop({ clock, onFault, name: 'pull waiters', runOnce: () => this.runOnce() })
  }

  start(): void {
    this.#loop.start()
  }

  /** Every poll is answered with nothing. */
  stop(): Promise<void> {
    this.#isStopped = true
    for (const { waiters, cancel } of this.#queues.values()) {
      cancel?.()
      for (const waiter of waiters) waiter.end()
    }
    return this.#loop.stop()
  }

  /** Throws Refusal TOO_MANY_REQUESTS. */
  enter(key: PullKey): PullWaiter {
    const { workspaceId, webhookId } = key
    const count = this.#counts.get(workspaceId) ?? 0
    if (count >= POLLS_OF_WORKSPACE_MAX) throw new Refusal('TOO_MANY_REQUESTS', { retryAfterSeconds: RETRY_AFTER_S })
    this.#counts.set(workspaceId, count + 1)
    const queue = this.#queues.get(webhookId) ?? {
      key,
      waiters: new Set(),
      dueAt: Number.POSITIVE_INFINITY,
      cancel: undefined,
    }
    this.#queues.set(webhookId, queue)
    const waiter = new PullWaiter(key, this.#dependencies.clock)
    if (this.#isStopped) waiter.end()
    queue.waiters.add(waiter)
    return waiter
  }

  /** See PullWaiter.wait. Meanwhile it is asked for what nobody says. */
  wait(waiter: PullWaiter, ms: number): Promise<void> {
    this.#loop.wakeIn(LOOK_MS)
    return waiter.wait(ms)
  }

  /** @param isMoreDue something is due that it has not taken: the next in the queue looks */
  leave(waiter: PullWaiter, isMoreDue: boolean): void {
    const { workspaceId, webhookId } = waiter.key
    const left = (this.#counts.get(workspaceId) ?? 0) - 1
    if (left <= 0) this.#counts.delete(workspaceId)
    else this.#counts.set(workspaceId, left)
    const queue = this.#queues.get(webhookId)
    if (queue === undefined || !queue.waiters.delete(waiter)) return
    if (queue.waiters.size === 0) {
      queue.cancel?.()
      this.#queues.delete(webhookId)
    } else if (isMoreDue || waiter.isWoken) this.wake(webhookId)
  }

  /** Something is due, or there is capacity for another lease. Free of cost unless somebody waits for it. */
  wake(webhookId: string): void {
    const waiters = this.#queues.get(webhookId)?.waiters
    if (waiters === undefined) return
    for (const waiter of waiters) {
      if (waiter.isWoken) continue
      waiter.wake()
      return
    }
  }

  /** One of those that wait for the webhook is to look again then. */
  wakeIn(webhookId: string, ms: number): void {
    const queue = this.#queues.get(webhookId)
    const { clock } = this.#dependencies
    const dueAt = clock.monotonic() + ms
    if (queue === undefined || dueAt >= queue.dueAt) return
    queue.cancel?.()
    queue.dueAt = dueAt
    queue.cancel = clock.schedule(() => {
      queue.dueAt = Number.POSITIVE_INFINITY
      this.wake(webhookId)
    }, ms)
  }

  /** Asks for all that somebody waits for. Returns the milliseconds until the next time. */
  async runOnce(): Promise<number> {
    const { clock, storage } = this.#dependencies
    const waiting = [...this.#queues.values()].map(({ key }) => key)
    if (waiting.length === 0) return Number.POSITIVE_INFINITY
    for (const webhookId of await storage.listDuePulls(waiting, clock.now())) this.wake(webhookId)
    return LOOK_MS
  }
}
