// Owns what nodes tell each other: that something is due, that something they keep copies of was changed, that deliveries were
// erased. Must never leave unsaid that it did not listen for a while: then everything may have changed.
import pg from 'pg'
import type { Cancel, Clock } from '../../../platform/clock.ts'
import type { ConfigurationChange } from '../../storage.ts'
import { type ConnectionOptions, connectionConfig } from '../wire/open-pool.ts'
import { CHANGED, ChangeNotices, WATCHED } from './change-notices.ts'
import type { Confirmation, ErasedMessage } from './erasure-notices.ts'

export type StorageNotice =
  /** Deliveries are due that the node which queued them had no capacity for. */
  | { readonly kind: 'due' }
  /** Consumers may have something of these webhooks, which are of kind `pull`. */
  | { readonly kind: 'pulled'; readonly webhookIds: readonly string[] }
  | { readonly kind: 'webhook_changed'; readonly webhookId: string }
  /** It was not heard for a while what the others said: whatever is remembered of the tables may be wrong. */
  | { readonly kind: 'everything_may_have_changed' }
  /**
   * What this node holds may be another's, or gone. Those of `ids` are erased; without it, whatever has not begun is to be given
   * back: this node was silent for so long that others may have taken it, or it did not hear what became of it.
   */
  | { readonly kind: 'leases_lost'; readonly ids?: readonly string[] }
  /** A node has died or left: what it held is to be reclaimed. */
  | { readonly kind: 'node_gone' }
  /** Another node has changed deliveries of workspaces that this one watches. */
  | { readonly kind: 'deliveries_changed'; readonly workspaceIds: readonly string[] }

const DUE = 'timbre_due'
const PULLED = 'timbre_pulled'
/** Sent by a trigger on the table (migration 1). */
const WEBHOOK = 'timbre_webhook'
/** Sent by triggers too (migration 8): the id of a key, the workspace and the key of an event type. */
const API_KEY = 'timbre_api_key'
const EVENT_TYPE = 'timbre_event_type'
const ERASED = 'timbre_erased'
const CONFIRMED = 'timbre_confirmed'
const LISTEN = [DUE, PULLED, WEBHOOK, API_KEY, EVENT_TYPE, ERASED, CONFIRMED, WATCHED, CHANGED]
  .map((channel) => `LISTEN ${channel}`)
  .join('; ')
const RECONNECT_MS = 2000
/**
 * So often the connection is asked whether it is alive, and so old its last reply may be: a network that swallows everything
 * does not end it. With the age of a copy while nothing is heard, 1 s, whoever was cut off uses none for longer than that.
 */
const PING_MS = 300
const HEARD_MS_MAX = 700
/** A notice that is not taken in this time says that the connection is dead, although nothing has ended it. */
const NOTIFY_MS_MAX = 10_000
/** Commits that notify wait for each other (PostgreSQL, `NOTIFY`): one notice stands for all of so long. */
const QUIET_MS = 50
/** A notice holds 8000 bytes. Whoever is not named looks for itself after a second. */
const PULLED_MAX = 200

export interface NoticesDependencies {
  readonly connection: ConnectionOptions
  readonly clock: Clock
  readonly node: string
  readonly onNotice: (notice: StorageNotice) => void
  readonly onChange: (change: ConfigurationChange) => void
  /** Another node has dropped what was erased. */
  readonly onConfirmed: (confirmation: Confirmation) => void
}

export class Notices {
  readonly #dependencies: NoticesDependencies
  /** Of deliveries. */
  readonly changes: ChangeNotices
  #client: pg.Client | undefined
  #cancel: Cancel | undefined
  #cancelPing: Cancel | undefined
  #heardAt = Number.NEGATIVE_INFINITY
  #isQuiet = false
  /** Not said yet. */
  #pulled = new Set<string>()
  #isStopped = false

  constructor(dependencies: NoticesDependencies) {
    this.#dependencies = dependencies
    const { clock, node, onNotice } = dependencies
    this.changes = new ChangeNotices({
      clock,
      node,
      say: (channel, payload) => this.#say(`SELECT pg_notify('${channel}', $1)`, [payload]),
      onChanged: (workspaceIds) => onNotice({ kind: 'deliveries_changed', workspaceIds }),
    })
  }

  /** Whether what others say is heard as soon as they say it. */
  isCurrent(): boolean {
    return this.#dependencies.clock.monotonic() - this.#heardAt < HEARD_MS_MAX
  }

  /** Begins to listen, and goes on trying for as long as the database cannot be reached. */
  async start(): Promise<void> {
    await this.#listen()
  }

  /** True when it listens now. */
  async #listen(): Promise<boolean> {
    const { connection, onChange } = this.#dependencies
    const client = new pg.Client({ ...connectionConfig(connection), query_timeout: NOTIFY_MS_MAX })
    client.on('notification', ({ channel, payload }) => this.#hear(channel, payload ?? ''))
    client.on('error', () => this.#lost(client))
    client.on('end', () => this.#lost(client))
    this.#client = client
    try {
      await client.connect()
      await client.query(LISTEN)
      onChange({ kind: 'any' })
      await this.#ping(client)
    } catch {
      this.#lost(client)
    }
    return this.#client === client
  }

  /** What was said before a result has been heard by then: the connection gives everything in its order. */
  async #ping(client: pg.Client): Promise<void> {
    const { clock } = this.#dependencies
    const askedAt = clock.monotonic()
    await client.query('SELECT 1')
    if (this.#client !== client) return
    this.#heardAt = askedAt
    this.#cancelPing = clock.schedule(() => {
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
    this.#dependencies.clock.schedule(() => {
      this.#isQuiet = false
      this.#say(`NOTIFY ${DUE}`)
    }, QUIET_MS)
  }

  /** Tells every node for which webhooks consumers may have something. Never throws, never waits. */
  sayPulled(webhookIds: readonly string[]): void {
    if (webhookIds.length === 0 || this.#isStopped) return
    const isFirst = this.#pulled.size === 0
    for (const id of webhookIds) if (this.#pulled.size < PULLED_MAX) this.#pulled.add(id)
    if (!isFirst) return
    this.#dependencies.clock.schedule(() => {
      const said = [...this.#pulled].join(' ')
      this.#pulled.clear()
      this.#say(`SELECT pg_notify('${PULLED}', $1)`, [said])
    }, QUIET_MS)
  }

  #hear(channel: string, payload: string): void {
    const { onNotice, onChange, onConfirmed } = this.#dependencies
    if (channel === API_KEY) onChange({ kind: 'api_key', id: payload })
    else if (channel === EVENT_TYPE) onChange(eventTypeChange(payload))
    else if (channel === WEBHOOK) onNotice({ kind: 'webhook_changed', webhookId: payload })
    // Both were written by another node, of this version or a newer one.
    else if (channel === ERASED) this.#hearErased(JSON.parse(payload) as ErasedMessage)
    else if (channel === WATCHED || channel === CHANGED) this.changes.hear(channel, payload)
    else if (channel === CONFIRMED) onConfirmed(JSON.parse(payload) as Confirmation)
    else if (channel === PULLED) onNotice({ kind: 'pulled', webhookIds: payload.split(' ') })
    else onNotice({ kind: 'due' })
  }

  #hearErased({ to, token, ids }: ErasedMessage): void {
    const { node, onNotice } = this.#dependencies
    if (to !== node) return
    onNotice({ kind: 'leases_lost', ids })
    this.#confirm({ node, token })
  }

  #confirm(confirmation: Confirmation): void {
    this.#say(`SELECT pg_notify('${CONFIRMED}', $1)`, [JSON.stringify(confirmation)])
  }

  #say(sql: string, values: readonly string[] = []): void {
    const client = this.#client
    client?.query(sql, [...values]).catch(() => this.#lost(client))
  }

  #lost(client: pg.Client): void {
    if (this.#isStopped || this.#client !== client) return
    this.#client = undefined
    this.#heardAt = Number.NEGATIVE_INFINITY
    this.#cancelPing?.()
    client.end().catch(() => {})
    this.#cancel = this.#dependencies.clock.schedule(() => this.#listenAgain(), RECONNECT_MS)
  }

  /** What was said while nobody listened is made good by taking everything for changed. */
  async #listenAgain(): Promise<void> {
    if (!(await this.#listen())) return
    const { node, onNotice } = this.#dependencies
    onNotice({ kind: 'everything_may_have_changed' })
    onNotice({ kind: 'leases_lost' })
    this.#confirm({ node })
  }
}

/** Neither a UUID nor the key of a type has a space. */
function eventTypeChange(payload: string): ConfigurationChange {
  const [workspaceId = '', key = ''] = payload.split(' ')
  return { kind: 'event_type', workspaceId, key }
}
