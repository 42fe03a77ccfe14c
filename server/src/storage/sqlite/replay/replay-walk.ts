// Owns how a replay finds what it is about: it walks the events of the workspace, or the failed deliveries of the
// webhook, in the order of their sequence numbers, a bounded number of rows at a time.
import type { DatabaseSync } from 'node:sqlite'
import type { DeliveryStatus } from '@timbre/contract/delivery-status.ts'
import type { ReplayTarget } from '../../shared/replay-target.ts'
import type { ReplayScope, ReplayWalk } from '../../storage.ts'
import { prepare, type Statement } from '../connection/statement.ts'
import { numberOf } from '../schema/id-numbers.ts'
import { SequenceAt } from './sequence-at.ts'

/** Rows that one step looks at: 3 to 9 ms with a million events on the disk. */
export const STEP_ROWS_MAX = 400

export interface ReplayCandidate {
  readonly eventSeq: number
  readonly eventId: string
  readonly type: string
  readonly callId: string | null
  /** null: the event has no delivery to this webhook. */
  readonly delivery: { readonly seq: number; readonly status: 'failed' | 'success' } | null
}

export interface WalkedRows {
  readonly found: readonly ReplayCandidate[]
  /** null: there is nothing after these. */
  readonly next: ReplayWalk | null
}

interface EventColumns {
  readonly seq: number
  readonly id: string
  readonly type: string
  readonly agentId: string | null
  readonly callId: string | null
  readonly acceptedAt: number
  readonly deliveryCount: number
}

type FailedColumns = EventColumns & { readonly deliverySeq: number }

const EVENT_COLUMNS = `e.seq, e.id, e.type, e.agent_id AS agentId, e.call_id AS callId, e.accepted_at AS acceptedAt,
  e.delivery_count AS deliveryCount`

export const EVENTS_AFTER = `
SELECT ${EVENT_COLUMNS} FROM event_rows e INDEXED BY event_rows_of_workspace
WHERE e.workspace = ${numberOf('?')} AND e.seq > ? AND e.seq <= ? ORDER BY e.seq LIMIT ?`

export const FAILED_AFTER = `
SELECT ${EVENT_COLUMNS}, d.seq AS deliverySeq FROM delivery_rows d INDEXED BY delivery_rows_left_of_webhook
  CROSS JOIN event_rows e ON e.seq = d.event_seq
WHERE d.workspace = ${numberOf('?')} AND d.webhook = ${numberOf('?')} AND d.status IN ('queued', 'failed') AND d.status = 'failed'
  AND d.seq > ? AND d.seq <= ? ORDER BY d.seq LIMIT ?`

export const DELIVERY_OF_EVENT = `
SELECT seq, status FROM delivery_rows INDEXED BY delivery_rows_of_event
WHERE event_seq = ? AND webhook = ${numberOf('?')} ORDER BY seq DESC LIMIT 1`

const IS_TEST = 'SELECT 1 AS yes FROM test_events WHERE event_seq = ?'

export class ReplayWalker {
  readonly #events: Statement<EventColumns>
  readonly #failed: Statement<FailedColumns>
  readonly #delivery: Statement<{ readonly seq: number; readonly status: DeliveryStatus }>
  readonly #isTest: Statement<{ readonly yes: 1 }>
  readonly #eventsAt: SequenceAt
  readonly #deliveriesAt: SequenceAt

  constructor(db: DatabaseSync) {
    this.#events = prepare(db, EVENTS_AFTER)
    this.#failed = prepare(db, FAILED_AFTER)
    this.#delivery = prepare(db, DELIVERY_OF_EVENT)
    this.#isTest = prepare(db, IS_TEST)
    this.#eventsAt = new SequenceAt(db, 'event_rows', 'accepted_at')
    this.#deliveriesAt = new SequenceAt(db, 'delivery_rows', 'created_at')
  }

  /** The whole way, fixed when it begins: what comes after it is not the replay's. */
  begin({ only, since, until }: ReplayScope): ReplayWalk {
    // A delivery is made when its event is accepted, or later, by a replay.
    if (only === 'failed') return { position: this.#deliveriesAt.before(since) - 1, end: this.#deliveriesAt.last() }
    return { position: this.#eventsAt.before(since) - 1, end: this.#eventsAt.after(until) - 1 }
  }

  /** Looks at the next rows: at most STEP_ROWS_MAX of them, and no further than `foundMax` that match. */
  step(scope: ReplayScope, target: ReplayTarget, walk: ReplayWalk, foundMax: number): WalkedRows {
    return scope.only === 'failed'
      ? this.#walkFailed(scope, target, walk, foundMax)
      : this.#walkEvents(scope, target, walk, foundMax)
  }

  #walkFailed(scope: ReplayScope, target: ReplayTarget, { position, end }: ReplayWalk, foundMax: number): WalkedRows {
    const { workspaceId, webhookId } = scope
    const found: ReplayCandidate[] = []
    let lookedAt = 0
    for (const row of this.#failed.iterate(workspaceId, webhookId, position, end, STEP_ROWS_MAX + 1)) {
      if (found.length === foundMax || lookedAt === STEP_ROWS_MAX) return { found, next: { position, end } }
      position = row.deliverySeq
      lookedAt++
      const isIt = isInRange(row, scope) && target.isAskedFor(row.type) && !this.#isTestEvent(row.seq)
      if (isIt) found.push(candidate(row, { seq: row.deliverySeq, status: 'failed' }))
    }
    return { found, next: null }
  }

  #walkEvents(scope: ReplayScope, target: ReplayTarget, { position, end }: ReplayWalk, foundMax: number): WalkedRows {
    const found: ReplayCandidate[] = []
    let lookedAt = 0
    for (const row of this.#events.iterate(scope.workspaceId, position, end, STEP_ROWS_MAX + 1)) {
      if (found.length === foundMax || lookedAt >= STEP_ROWS_MAX) return { found, next: { position, end } }
      position = row.seq
      lookedAt++
      if (!isInRange(row, scope) || !target.wants(row.type, row.agentId)) continue
      // Its deliveries to all webhooks may have to be read to find the one to this webhook.
      lookedAt += row.deliveryCount
      const match = this.#match(scope, row)
      if (match !== undefined) found.push(match)
    }
    return { found, next: null }
  }

  /** What is queued or being sent is on its way already. */
  #match({ webhookId, only }: ReplayScope, event: EventColumns): ReplayCandidate | undefined {
    const delivery = this.#delivery.get(event.seq, webhookId)
    if (delivery === undefined) return this.#isTestEvent(event.seq) ? undefined : candidate(event, null)
    const { seq, status } = delivery
    const isWanted = status === 'failed' || (status === 'success' && only === 'all')
    return isWanted && !this.#isTestEvent(event.seq) ? candidate(event, { seq, status }) : undefined
  }

  #isTestEvent(eventSeq: number): boolean {
    return this.#isTest.get(eventSeq) !== undefined
  }
}

function isInRange({ acceptedAt }: EventColumns, { since, until }: ReplayScope): boolean {
  return acceptedAt >= since && acceptedAt < until
}

function candidate(event: EventColumns, delivery: ReplayCandidate['delivery']): ReplayCandidate {
  return { eventSeq: event.seq, eventId: event.id, type: event.type, callId: event.callId, delivery }
}
