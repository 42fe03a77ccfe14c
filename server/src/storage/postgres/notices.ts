// Owns what nodes tell each other: that something is due, and that a webhook was changed. A notice that is lost costs
// nothing but time: everybody also looks for himself.
import pg from 'pg'
import type { Cancel, Clock } from '../../platform/clock.ts'
import { type ConnectionOptions, connectionConfig } from './open-pool.ts'

export type StorageNotice =
  /** Deliveries are due that the node which queued them had no room for. */
  | { readonly kind: 'due' }
  | { readonly kind: 'webhook_changed'; readonly webhookId: string }
  /** This node was silent for so long that others may have taken what it holds. */
  | { readonly kind: 'leases_lost' }
  /** A node has died or left: what it held is to be taken back. */
  | { readonly kind: 'node_gone' }

const DUE = 'timbre_due'
/** Sent by a trigger on the table (migration 1). */
const WEBHOOK = 'timbre_webhook'
const RECONNECT_MS = 2000
/** A notice that is not taken in this time says that the connection is dead, although nothing has ended it. */
const NOTIFY_MS_MAX = 10_000
/** Commits that notify wait for each other (PostgreSQL, `NOTIFY`): one notice stands for all of so long. */
const QUIET_MS = 50

export class Notices {
  readonly #options: ConnectionOptions
  readonly #clock: Clock
  readonly #onNotice: (notice: StorageNotice) => void
  #client: pg.Client | undefined
  #cancel: Cancel | undefined
  #isQuiet = false
  #isStopped = false

  constructor(options: ConnectionOptions, clock: Clock, onNotice: (notice: StorageNotice) => void) {
    this.#options = options
    this.#clock = clock
    this.#onNotice = onNotice
  }

  /** Begins to listen, and goes on trying for as long as the database cannot be reached. */
  async start(): Promise<void> {
    const client = new pg.Client({ ...connectionConfig(this.#options), query_timeout: NOTIFY_MS_MAX })
    client.on('notification', ({ channel, payload }) => this.#hear(channel, payload ?? ''))
    client.on('error', () => this.#lost(client))
    client.on('end', () => this.#lost(client))
    this.#client = client
    try {
      await client.connect()
      await client.query(`LISTEN ${DUE}; LISTEN ${WEBHOOK}`)
    } catch {
      this.#lost(client)
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel?.()
    const client = this.#client
    this.#client = undefined
    await client?.end().catch(() => {})
  }

  /** Tells the other nodes, and this one, that something is due. Never throws, never waits. */
  sayDue(): void {
    if (this.#isQuiet || this.#isStopped) return
    this.#isQuiet = true
    this.#clock.schedule(() => {
      this.#isQuiet = false
      const client = this.#client
      client?.query(`NOTIFY ${DUE}`).catch(() => this.#lost(client))
    }, QUIET_MS)
  }

  #hear(channel: string, payload: string): void {
    this.#onNotice(channel === WEBHOOK ? { kind: 'webhook_changed', webhookId: payload } : { kind: 'due' })
  }

  #lost(client: pg.Client): void {
    if (this.#isStopped || this.#client !== client) return
    this.#client = undefined
    client.end().catch(() => {})
    this.#cancel = this.#clock.schedule(() => {
      // What was said while nobody listened is made good by looking once.
      this.start().then(() => this.#onNotice({ kind: 'due' }))
    }, RECONNECT_MS)
  }
}
