// Owns the heartbeat of `timbre listen`: how much waits on the server, whether its webhook is still active there, and that a
// connection is dead although nobody said so.
import type { Client } from '@getsupervisor/agents-studio-sdk'
import { now, pause } from '../../frame/world.ts'
import type { Report, Waiting } from './listen-news.ts'
import type { ServerLink } from './server-link.ts'

export interface HeartbeatDependencies {
  /** One that does not try again by itself. */
  readonly client: Client
  readonly webhookId: string
  readonly link: Pick<ServerLink, 'reset'>
  readonly report: Report
  readonly signal: AbortSignal
}

const BEAT_MS = 5000
const BEAT_MS_MAX = 5000
const MINUTE_MS = 60_000

export class Heartbeat {
  readonly #dependencies: HeartbeatDependencies
  #isInactiveTold = false

  constructor(dependencies: HeartbeatDependencies) {
    this.#dependencies = dependencies
  }

  /** Until the signal. */
  async run(): Promise<void> {
    const { signal } = this.#dependencies
    for (;;) {
      await pause(BEAT_MS, signal)
      if (signal.aborted) return
      await this.#beat()
    }
  }

  async #beat(): Promise<void> {
    const { client, webhookId, link, report, signal } = this.#dependencies
    const options = { timeoutMs: BEAT_MS_MAX, signal }
    try {
      report({ kind: 'waiting', waiting: await waitingOf(client, webhookId, options) })
      const { isActive, disabledReason } = await client.webhooks.get(webhookId, options)
      if (isActive) this.#isInactiveTold = false
      else if (disabledReason !== null) await this.#enable(disabledReason)
      else if (!this.#isInactiveTold) {
        this.#isInactiveTold = true
        report({ kind: 'inactive' })
      }
    } catch (error) {
      if (!signal.aborted && isSilence(error)) link.reset()
    }
  }

  /** At a developer's desk a response such as 410 is an experiment. */
  async #enable(reason: string): Promise<void> {
    const { client, webhookId, report } = this.#dependencies
    await client.webhooks.update(webhookId, { isActive: true })
    report({ kind: 'enabled_again', reason })
  }
}

export async function waitingOf(
  client: Client,
  webhookId: string,
  options: Parameters<Client['webhooks']['get']>[1] = {},
): Promise<Waiting> {
  const query = { bucket: '1m', since: new Date(now() - MINUTE_MS).toISOString() } as const
  const { backlog } = await client.webhooks.stats(webhookId, query, options)
  const inMs = Date.parse(backlog.nextAttemptAt ?? '') - now()
  return { count: backlog.pending, isExact: backlog.pendingIsExact, nextInMs: inMs > 0 ? inMs : null }
}

/** Anything else was said by the server, over a connection that lives. */
function isSilence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['CONNECTION_FAILED', 'TIMED_OUT'].includes(String(error.code))
}
