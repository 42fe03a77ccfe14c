// Owns the load of a cluster test: calls whose events are published one after another, each at any of the nodes, and again
// with the same id at another one until it is acknowledged.
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
/** A node that failed gets nothing for so long, as behind a load balancer. */
const AVOID_MS = 3000

export class Load {
  readonly #cluster: Cluster
  readonly #options: LoadOptions
  readonly #running: Promise<void>
  #isEnding = false
  #calls = 0
  readonly #avoidUntil = new Map<number, number>()

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
      const { events } = this.#cluster.client(node)
      const answer = await events.publish(event, { timeoutMs: PUBLISH_MS_MAX }).catch(() => undefined)
      if (answer !== undefined) {
        this.#cluster.ledger.acknowledge(answer.id)
        return true
      }
      this.#avoidUntil.set(node, Date.now() + AVOID_MS)
      await wait(RETRY_MS)
    }
    return false
  }

  #pick(): number {
    const all = Array.from({ length: NODES }, (_, node) => node)
    const good = all.filter((node) => (this.#avoidUntil.get(node) ?? 0) < Date.now())
    const some = good.length > 0 ? good : all
    return some[Math.floor(this.#options.random() * some.length)] ?? 0
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
