// Owns the life signs of this node: a row that says when it was last there. The others take back what a node held that
// was not seen for long. The time is the database's, so that the clocks of nodes need not agree.
import type { Pool } from 'pg'
import type { Cancel, Clock } from '../../platform/clock.ts'
import { Session } from './session.ts'
import { statement } from './statement.ts'

const BEAT_MS = 3000
/** Five beats. A node that is only slow loses its leases, not its events: results are fenced, and sent again at worst. */
export const NODE_IS_DEAD_AFTER_S = 15
/** So long a dead node is remembered, for the operator who looks at the table. */
const FORGET_AFTER_S = 24 * 3600

export const BEAT = statement(
  'beat',
  `INSERT INTO nodes (id, started_at, seen_at) VALUES ($1, now(), now())
ON CONFLICT (id) DO UPDATE SET seen_at = now()`,
)

export const LEAVE = statement('leave', 'DELETE FROM nodes WHERE id = $1')

export const FORGET_NODES = statement(
  'forget_nodes',
  `DELETE FROM nodes WHERE seen_at < now() - make_interval(secs => ${FORGET_AFTER_S})`,
)

export class NodeHeartbeat {
  readonly #session: Session
  readonly #clock: Clock
  readonly #node: string
  #cancel: Cancel | undefined
  #beating: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(pool: Pool, clock: Clock, node: string) {
    this.#session = new Session(pool)
    this.#clock = clock
    this.#node = node
  }

  async start(): Promise<void> {
    await this.#session.run(BEAT, this.#node)
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
    await this.#session.run(LEAVE, this.#node).catch(() => {})
  }

  #next(): void {
    this.#cancel = this.#clock.schedule(() => {
      this.#beating = this.#beat()
    }, BEAT_MS)
  }

  async #beat(): Promise<void> {
    // A beat that fails is followed by the next one: that is what a heartbeat is for.
    await this.#session.run(BEAT, this.#node).catch(() => {})
    if (!this.#isStopped) this.#next()
  }
}
