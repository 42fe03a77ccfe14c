// Owns the life signs of this node: a row that says when it was last there, and what follows from the rows of the others.
// They reclaim what a node held that was not seen for long. The time is the database's, so that the clocks of nodes
// need not agree; how long this node was silent is measured by its own.
import type { Pool } from 'pg'
import type { Cancel, Clock } from '../../../platform/clock.ts'
import type { Membership } from '../../interface/other-nodes.ts'
import { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'
import { DATABASE_TIME_MS } from './database-time.ts'
import type { StorageNotice } from './notices.ts'

const BEAT_MS = 3000
/** After a node has joined, so that it and the others soon know that each counts the other. */
const BEAT_AFTER_JOIN_MS = 250
/** Five beats. A node that is only slow loses its leases, not its events: results are fenced, and sent again at worst. */
export const NODE_IS_DEAD_AFTER_S = 15
/** A node that was silent for so long sends nothing until it is heard again: well before the others think it dead. */
const UNHEARD_AFTER_MS = 10_000
/** Clocks that are not further apart do no harm, and are left alone: they are never quite the same. */
const CLOCK_DIFFERENCE_MS_MAX = 5000
/** So long a dead node is remembered, for the operator who looks at the table. */
const FORGET_AFTER_S = 24 * 3600

export const BEAT = statement<{ readonly time: number }>(
  'beat',
  `INSERT INTO nodes (id, started_at, seen_at) VALUES ($1, now(), now())
ON CONFLICT (id) DO UPDATE SET seen_at = now() RETURNING ${DATABASE_TIME_MS} AS time`,
)

export const LEAVE = statement('leave', 'DELETE FROM nodes WHERE id = $1')

/** Run when the row is there for all to see: whoever beats after this counts the node. */
export const JOIN = statement('join', 'UPDATE nodes SET started_at = now() WHERE id = $1')

export const LIVING_NODES = statement<{ readonly id: string; readonly counts: boolean }>(
  'living_nodes',
  `SELECT n.id, n.seen_at > own.started_at AS counts
FROM nodes n LEFT JOIN nodes own ON own.id = $1
WHERE n.seen_at > now() - make_interval(secs => ${NODE_IS_DEAD_AFTER_S})`,
)

export const FORGET_NODES = statement(
  'forget_nodes',
  `DELETE FROM nodes WHERE seen_at < now() - make_interval(secs => ${FORGET_AFTER_S})`,
)

export interface HeartbeatDependencies {
  readonly pool: Pool
  readonly clock: Clock
  readonly node: string
  readonly onNotice: (notice: StorageNotice) => void
}

export class NodeHeartbeat implements Membership {
  readonly #dependencies: HeartbeatDependencies
  readonly #session: Session
  /** When the last beat began that came through, and the first of those since which none failed. */
  #heardAt = Number.NEGATIVE_INFINITY
  /** The same by the time of day: a machine that was suspended does not count that time otherwise. */
  #heardAtTime = Number.NEGATIVE_INFINITY
  /** What the database said of the time, and when. */
  #databaseTime = { said: 0, at: Number.NEGATIVE_INFINITY }
  #unbrokenSince = Number.POSITIVE_INFINITY
  /** There may be nodes that send and do not count this one yet. */
  #isJoining = false
  /** Others have joined, and want to see a beat. */
  #isAwaited = false
  #living: ReadonlySet<string> = new Set()
  #wasSteady = false
  #cancel: Cancel | undefined
  #beating: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(dependencies: HeartbeatDependencies) {
    this.#dependencies = dependencies
    this.#session = new Session(dependencies.pool)
  }

  isLive(): boolean {
    return this.#silentMs() < UNHEARD_AFTER_MS
  }

  acceptsWork(): boolean {
    return this.isLive() && !this.#isJoining
  }

  nodes(): number {
    return Math.max(this.#living.size, 1)
  }

  /**
   * Milliseconds to be added to this node's time of day to have that of the database; 0 while they nearly agree. Whatever is kept in
   * the tables and compared by other nodes is in the database's time.
   */
  clockOffset(): number {
    const { said, at } = this.#databaseTime
    if (at === Number.NEGATIVE_INFINITY) return 0
    const offset = Math.round(said + (this.#now() - at)) - this.#dependencies.clock.now()
    return Math.abs(offset) > CLOCK_DIFFERENCE_MS_MAX ? offset : 0
  }

  /**
   * True when this node has seen the database for as long as another must be silent to be dead. After an outage nobody has
   * been seen for long, and everybody lives: then nothing is taken from anybody.
   */
  isSteady(): boolean {
    return this.isLive() && this.#now() - this.#unbrokenSince >= NODE_IS_DEAD_AFTER_S * 1000
  }

  async start(): Promise<void> {
    const { node } = this.#dependencies
    this.#isJoining = !(await this.#session.all(LIVING_NODES, node)).some(({ id }) => id === node)
    this.#noteHeard(this.#now(), this.#dependencies.clock.now())
    await this.#sayBeat()
    await this.#session.run(JOIN, node)
    await this.#beatOnce()
    await this.#session.run(FORGET_NODES)
    this.#next()
  }

  /** The node leaves: what it may still hold is everybody's at once. */
  async stop(): Promise<void> {
    if (this.#isStopped) return
    this.#isStopped = true
    this.#cancel?.()
    await this.#beating
    // The database may be gone; then the others find out by themselves.
    await this.#session.run(LEAVE, this.#dependencies.node).catch(() => {})
  }

  #now(): number {
    return this.#dependencies.clock.monotonic()
  }

  async #sayBeat(): Promise<void> {
    const row = await this.#session.get(BEAT, this.#dependencies.node)
    if (row !== undefined) this.#databaseTime = { said: row.time, at: this.#now() }
  }

  #noteHeard(at: number, time: number): void {
    this.#heardAt = at
    this.#heardAtTime = time
  }

  /** By whichever clock says more: one stands still while a machine is suspended, the other may be set back. */
  #silentMs(): number {
    return Math.max(this.#now() - this.#heardAt, this.#dependencies.clock.now() - this.#heardAtTime)
  }

  #next(): void {
    const delayMs = this.#isJoining || this.#isAwaited ? BEAT_AFTER_JOIN_MS : BEAT_MS
    this.#isAwaited = false
    this.#cancel = this.#dependencies.clock.schedule(() => {
      this.#beating = this.#beat()
    }, delayMs)
  }

  async #beat(): Promise<void> {
    try {
      await this.#beatOnce()
    } catch {
      // A beat that fails is followed by the next one: that is what a heartbeat is for.
      this.#unbrokenSince = Number.POSITIVE_INFINITY
    }
    if (!this.#isStopped) this.#next()
  }

  async #beatOnce(): Promise<void> {
    const { node } = this.#dependencies
    const startedAt = this.#now()
    const startedAtTime = this.#dependencies.clock.now()
    await this.#sayBeat()
    // The others decide by a moment between the start of the last beat and the end of this one.
    const wasGivenUp = this.#silentMs() >= NODE_IS_DEAD_AFTER_S * 1000
    if (wasGivenUp) await this.#session.run(JOIN, node)
    // Asked after the beat is on disk: of two nodes that start at once, one at least sees the other.
    const living = await this.#session.all(LIVING_NODES, node)
    if (wasGivenUp) {
      // Nothing of before is its own, nor is its share of anything.
      this.#unbrokenSince = startedAt
      this.#isJoining = true
      this.#tell('leases_lost')
    }
    this.#lookAround(living)
    this.#unbrokenSince = Math.min(this.#unbrokenSince, startedAt)
    this.#noteHeard(startedAt, startedAtTime)
    this.#noteSteady()
  }

  #lookAround(rows: readonly { readonly id: string; readonly counts: boolean }[]): void {
    const living = new Set(rows.map(({ id }) => id))
    const isAnyGone = [...this.#living].some((id) => !living.has(id))
    this.#isAwaited = [...living].some((id) => !this.#living.has(id))
    this.#living = living
    if (rows.every(({ id, counts }) => counts || id === this.#dependencies.node)) this.#isJoining = false
    if (isAnyGone) this.#tell('node_gone')
  }

  /** Who went before this node could decide is looked for when it can. */
  #noteSteady(): void {
    const isSteady = this.isSteady()
    if (isSteady && !this.#wasSteady) this.#tell('node_gone')
    this.#wasSteady = isSteady
  }

  #tell(kind: 'leases_lost' | 'node_gone'): void {
    this.#dependencies.onNotice({ kind })
  }
}
