// Owns the rows of a workspace that the search for a time asks for (`sequence-search.ts`).
import { DISORDER_MS, searchSequence, type TimedRow } from '../../shared/sequence-search.ts'
import type { Session } from '../wire/session.ts'
import { type Statement, statement } from '../wire/statement.ts'

export const LAST_EVENT = statement<{ readonly seq: number }>(
  'last_event',
  'SELECT seq FROM events WHERE workspace_id = $1 ORDER BY seq DESC LIMIT 1',
)
export const EVENT_FROM = statement<TimedRow>(
  'event_from',
  'SELECT seq, accepted_at AS at FROM events WHERE workspace_id = $1 AND seq >= $2 ORDER BY seq LIMIT 1',
)
export const LAST_DELIVERY = statement<{ readonly seq: number }>(
  'last_delivery',
  'SELECT seq FROM deliveries WHERE workspace_id = $1 ORDER BY seq DESC LIMIT 1',
)
export const DELIVERY_FROM = statement<TimedRow>(
  'delivery_from',
  'SELECT seq, created_at AS at FROM deliveries WHERE workspace_id = $1 AND seq >= $2 ORDER BY seq LIMIT 1',
)

export class SequenceAt {
  readonly #session: Session
  readonly #last: Statement<{ readonly seq: number }>
  readonly #from: Statement<TimedRow>
  readonly #workspaceId: string

  private constructor(
    session: Session,
    workspaceId: string,
    last: Statement<{ seq: number }>,
    from: Statement<TimedRow>,
  ) {
    this.#session = session
    this.#last = last
    this.#from = from
    this.#workspaceId = workspaceId
  }

  static ofEvents(session: Session, workspaceId: string): SequenceAt {
    return new SequenceAt(session, workspaceId, LAST_EVENT, EVENT_FROM)
  }

  static ofDeliveries(session: Session, workspaceId: string): SequenceAt {
    return new SequenceAt(session, workspaceId, LAST_DELIVERY, DELIVERY_FROM)
  }

  /** The last sequence number there is; 0 without rows. */
  async last(): Promise<number> {
    return (await this.#session.get(this.#last, this.#workspaceId))?.seq ?? 0
  }

  /** A sequence number before which no row is of this time or later. */
  before(at: number): Promise<number> {
    return this.#search(at - DISORDER_MS)
  }

  /** A sequence number from which on every row is of this time or later. */
  after(at: number): Promise<number> {
    return this.#search(at + DISORDER_MS)
  }

  async #search(at: number): Promise<number> {
    const search = searchSequence(await this.last(), at)
    let step = search.next()
    while (step.done !== true) step = search.next(await this.#session.get(this.#from, this.#workspaceId, step.value))
    return step.value
  }
}
