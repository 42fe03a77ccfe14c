// Owns a consumer of the live stream for tests: what it was shown, and whether that is each change of every delivery, once.
import type { Client, DeliverySummary } from '@getsupervisor/agents-studio-sdk'
import { expect } from 'vitest'
import type { Script } from '../support/receiver.ts'
import { until } from '../support/until.ts'

export class StreamConsumer {
  readonly #changes: DeliverySummary[] = []
  readonly #gaps: unknown[] = []
  readonly #controller = new AbortController()
  breaks = 0

  /** Resolves when it is connected. */
  static async start(client: Client, lastEventId?: string): Promise<StreamConsumer> {
    const consumer = new StreamConsumer()
    await new Promise<void>((resolve, reject) => consumer.#read(client, lastEventId, resolve).catch(reject))
    return consumer
  }

  get changes(): readonly DeliverySummary[] {
    return this.#changes
  }

  get count(): number {
    return this.#changes.length
  }

  stop(): void {
    this.#controller.abort()
  }

  async #read(client: Client, lastEventId: string | undefined, onOpen: () => void): Promise<void> {
    const from = lastEventId === undefined ? {} : { lastEventId }
    const onBreak = () => {
      this.breaks++
    }
    try {
      for await (const item of client.deliveries.stream(from, { signal: this.#controller.signal, onOpen, onBreak })) {
        if (item.type === 'gap') this.#gaps.push(item.gap)
        else this.#changes.push(item.delivery)
      }
    } catch (error) {
      if (!this.#controller.signal.aborted) throw error
    }
  }

  /** Waits until as many deliveries as that have ended, and it was shown each of their changes; each once, and in order. */
  async hasEverything(client: Client, deliveries: number): Promise<void> {
    const listed = await until(
      () => all(client),
      (list) => list.length === deliveries && list.every(({ status }) => status === 'success'),
      90_000,
    )
    // One for its creation, and one for each attempt.
    const expected = listed.flatMap(({ id, attempts }) =>
      Array.from({ length: attempts + 1 }, (_, attempt) => `${id} ${attempt}`),
    )
    await until(
      async () => this.count,
      (count) => count >= expected.length,
      30_000,
    )
    const shown = this.#changes.map(({ id, attempts }) => `${id} ${attempts}`)
    expect(this.#gaps).toEqual([])
    expect(shown.toSorted()).toEqual(expected.toSorted())
    const seen = new Map<string, number>()
    for (const { id, attempts } of this.#changes) {
      expect(attempts, `of ${id}`).toBe((seen.get(id) ?? -1) + 1)
      seen.set(id, attempts)
    }
    const last = new Map(this.#changes.map((change) => [change.id, change]))
    for (const delivery of listed) expect(last.get(delivery.id)).toEqual(delivery)
  }
}

/** A receiver that answers the first attempt of each fifth event with 500, so that there are retries. */
export function failingOnce(): Script {
  const seen = new Set<string>()
  return ({ headers }) => {
    const id = String(headers['webhook-id'])
    const isFirst = !seen.has(id)
    seen.add(id)
    return { status: isFirst && seen.size % 5 === 0 ? 500 : 200, delayMs: 5 }
  }
}

async function all(client: Client): Promise<DeliverySummary[]> {
  const list: DeliverySummary[] = []
  for await (const delivery of client.deliveries.list({ limit: 250 })) list.push(delivery)
  return list
}
