// Owns the load of a cluster test: calls whose events are published one after another, each at any of the nodes, and again
// with the same id at another one until it is acknowledged.
import type { PublishEvent } from '@getsupervisor/agents-studio-sdk'
import type { Cluster } from './cluster.ts'
import { NODES } from './cluster.ts'

export interface LoadOptions {
  readonly random: () => number
  /** Calls at the same time. */
  readonly calls: number
  /** Mean time between two events of a call. */
  readonly pauseMs: number
}

const EVENTS_PER_CALL = 20
const PUBLISH_MS_MAX = 8000
const RETRY_MS = 100
/** A node that failed gets nothing for so long. */
const AVOID_MS = 3000

export class Load {
  readonly #cluster: Cluster
  readonly #options: LoadOptions
  readonly #running: Promise<void>
  #isEnding = false
  #calls = 0
  readonly #avoidUntil = new Map<number, number>()
  readonly #waitingAt = new Map<number, number>()

  constructor(cluster: Cluster, options: LoadOptions) {
    this.#cluster = cluster
    this.#options = options
    this.#running = Promise.all(Array.from({ length: options.calls }, () => this.#callAfterCall())).then(() => {})
  }

  /** Begins no further event. Resolves when what is being published is acknowledged or given up. */
  async end(): Promise<void> {
    this.#isEnding = true
    await this.#running
  }

  async #callAfterCall(): Promise<void> {
    while (!this.#isEnding) {
      const callId = `call-${++this.#calls}`
      for (let nth = 0; nth < EVENTS_PER_CALL && !this.#isEnding; nth++) {
        if (!(await this.#publish(callId, nth))) return
        await wait(this.#options.random() * 2 * this.#options.pauseMs)
      }
    }
  }

  /** False: the load ended before it was acknowledged, and nobody knows whether it was accepted. */
  async #publish(callId: string, nth: number): Promise<boolean> {
    const event = { id: `evt_${callId}-${nth}`, type: 'call.completed', data: { call_id: callId, nth } } as const
    while (!this.#isEnding) {
      const node = this.#pick()
      const answer = await this.#publishAt(node, event)
      if (answer !== undefined) {
        this.#cluster.ledger.acknowledge(answer.id)
        return true
      }
      this.#avoidUntil.set(node, Date.now() + AVOID_MS)
      await wait(RETRY_MS)
    }
    return false
  }

  async #publishAt(node: number, event: PublishEvent) {
    const { events } = this.#cluster.client(node)
    const change = (by: number) => this.#waitingAt.set(node, (this.#waitingAt.get(node) ?? 0) + by)
    change(1)
    try {
      return await events.publish(event, { timeoutMs: PUBLISH_MS_MAX })
    } catch {
      return undefined
    } finally {
      change(-1)
    }
  }

  /** As a load balancer does: one of those with the fewest requests under way that did not fail just now. */
  #pick(): number {
    const all = Array.from({ length: NODES }, (_, node) => node)
    const good = all.filter((node) => (this.#avoidUntil.get(node) ?? 0) < Date.now())
    const some = good.length > 0 ? good : all
    const waiting = (node: number) => this.#waitingAt.get(node) ?? 0
    const fewest = Math.min(...some.map(waiting))
    const idle = some.filter((node) => waiting(node) === fewest)
    return idle[Math.floor(this.#options.random() * idle.length)] ?? 0
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
