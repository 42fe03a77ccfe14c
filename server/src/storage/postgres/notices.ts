// Owns what nodes tell each other: that something is due, and that something they keep copies of was changed. A notice that is lost costs
// nothing but time: everybody also looks for himself, and says whether he hears.
import pg from 'pg'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { ConfigurationChange } from '../storage.ts'
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
/** Sent by triggers too (migration 8): the id of a key, the workspace and the key of an event type. */
const API_KEY = 'timbre_api_key'
const EVENT_TYPE = 'timbre_event_type'
const RECONNECT_MS = 2000
/**
 * So often the connection is asked whether it is alive, and so old its last answer may be: a network that swallows everything
 * does not end it. With the age of a copy while nothing is heard, 1 s, whoever was cut off uses none for longer than that.
 */
const PING_MS = 300
const HEARD_MS_MAX = 700
/** A notice that is not taken in this time says that the connection is dead, although nothing has ended it. */
const NOTIFY_MS_MAX = 10_000
/** Commits that notify wait for each other (PostgreSQL, `NOTIFY`): one notice stands for all of so long. */
const QUIET_MS = 50

export interface NoticesOptions {
  readonly connection: ConnectionOptions
  readonly clock: Clock
  readonly onNotice: (notice: StorageNotice) => void
  readonly onChange: (change: ConfigurationChange) => void
}

export class Notices {
  readonly #options: ConnectionOptions
  readonly #clock: Clock
  readonly #onNotice: (notice: StorageNotice) => void
  readonly #onChange: (change: ConfigurationChange) => void
  #client: pg.Client | undefined
  #cancel: Cancel | undefined
  #cancelPing: Cancel | undefined
  #heardAt = Number.NEGATIVE_INFINITY
  #isQuiet = false
  #isStopped = false

  constructor({ connection, clock, onNotice, onChange }: NoticesOptions) {
    this.#options = connection
    this.#clock = clock
    this.#onNotice = onNotice
    this.#onChange = onChange
  }

  /** Whether what others say is heard as soon as they say it. */
  isCurrent(): boolean {
    return this.#clock.monotonic() - this.#heardAt < HEARD_MS_MAX
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
      await client.query(`LISTEN ${DUE}; LISTEN ${WEBHOOK}; LISTEN ${API_KEY}; LISTEN ${EVENT_TYPE}`)
      this.#onChange({ kind: 'any' })
      await this.#ping(client)
    } catch {
      this.#lost(client)
    }
  }

  /** What was said before an answer has been heard by then: the connection gives everything in its order. */
  async #ping(client: pg.Client): Promise<void> {
    const askedAt = this.#clock.monotonic()
    await client.query('SELECT 1')
    if (this.#client !== client) return
    this.#heardAt = askedAt
    this.#cancelPing = this.#clock.schedule(() => {
      this.#ping(client).catch(() => this.#lost(client))
    }, PING_MS)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel?.()
    this.#cancelPing?.()
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
    if (channel === API_KEY) this.#onChange({ kind: 'api_key', id: payload })
    else if (channel === EVENT_TYPE) this.#onChange(eventTypeChange(payload))
    else this.#onNotice(channel === WEBHOOK ? { kind: 'webhook_changed', webhookId: payload } : { kind: 'due' })
  }

  #lost(client: pg.Client): void {
    if (this.#isStopped || this.#client !== client) return
    this.#client = undefined
    this.#heardAt = Number.NEGATIVE_INFINITY
    this.#cancelPing?.()
    client.end().catch(() => {})
    this.#cancel = this.#clock.schedule(() => {
      // What was said while nobody listened is made good by looking once.
      this.start().then(() => this.#onNotice({ kind: 'due' }))
    }, RECONNECT_MS)
  }
}

/** Neither a UUID nor the key of a type has a space. */
function eventTypeChange(payload: string): ConfigurationChange {
  const [workspaceId = '', key = ''] = payload.split(' ')
  return { kind: 'event_type', workspaceId, key }
}
