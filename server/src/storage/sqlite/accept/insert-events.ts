// Owns the insert of events with their deliveries: the same code for what is published and what the service announces; and which of
// the webhooks that subscribe to a type an event goes to. Must run inside a transaction of the caller.
import type { DatabaseSync } from 'node:sqlite'
import type { Trigger } from '@timbre/contract/attempt.ts'
import type { Random } from '../../../platform/random.ts'
import { type StoredContent, sameEnvelopeBytesMax } from '../../shared/accept-rules.ts'
import { ChangeBatch, type LoggedChange } from '../../shared/change-batch.ts'
import { LeaseBudget } from '../../shared/lease-budget.ts'
import {
  type DeliverableEvent,
  firstWaitMs,
  leasedDelivery,
  type MatchedWebhook,
} from '../../shared/leased-delivery.ts'
import type { AcceptedRow, LeasedDelivery, LeaseOffer, NewEvent } from '../../storage.ts'
import { CallOrder } from '../claim/call-order.ts'
import { DueWebhooks } from '../claim/due-webhooks.ts'
import { prepare, type Statement } from '../connection/statement.ts'
import { changePlace } from '../record/change-log.ts'
import { IdNumbers } from '../schema/id-numbers.ts'

/** What one transaction has matched and leased so far. */
export class InsertBatch {
  readonly budget: LeaseBudget
  readonly leased: LeasedDelivery[] = []
  overflow = 0
  /** Webhooks of kind `pull` for which something is due, or will be. */
  readonly pulled = new Set<string>()
  /** For the log, which whoever runs the transaction writes at its end. */
  readonly changes = new ChangeBatch()
  /** By workspace and type. Configuration cannot change inside a transaction, and the memory ends with it. */
  readonly matches = new Map<string, MatchedWebhooks>()

  constructor(offer: LeaseOffer) {
    this.budget = new LeaseBudget(offer)
  }
}

/** An event that has its row. */
export type StoredEvent = DeliverableEvent & { readonly seq: number }

const MATCH_COLUMNS = `w.id AS webhookId, w.kind, w.version, w.agent_id AS agentId, w.ordering, s.id AS subscriptionId,
  w.retry_schedule ->> 0 AS firstWaitSeconds`

export const MATCH = `
SELECT ${MATCH_COLUMNS} FROM subscriptions s INDEXED BY subscriptions_by_key CROSS JOIN webhooks w ON w.id = s.webhook_id
WHERE s.workspace_id = ? AND s.event_key = ? AND s.is_active = 1 AND w.is_active = 1 AND w.deleted_at IS NULL
ORDER BY w.id`

const MATCH_TEST = `
SELECT ${MATCH_COLUMNS} FROM webhooks w LEFT JOIN subscriptions s ON s.webhook_id = w.id AND s.event_key = ?
WHERE w.workspace_id = ? AND w.id = ? AND w.deleted_at IS NULL`

const INSERT_EVENT = `
INSERT INTO event_rows (workspace, id, type, agent_id, call_id, created_at, accepted_at, delivery_count, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (workspace, id) DO NOTHING`

const INSERT_TEST_EVENT = 'INSERT INTO test_events (workspace_id, event_seq) VALUES (?, ?)'

const FIND_EVENT = `
SELECT type, created_at AS createdAt, delivery_count AS deliveryCount, agent_id AS agentId FROM event_rows WHERE workspace = ? AND id = ?`

const FIND_CONTENT = `
SELECT type, CASE WHEN octet_length(body) <= ? THEN body END AS envelope FROM event_rows WHERE workspace = ? AND id = ?`

const OF_EVERY_DELIVERY = `workspace, id, webhook, subscription, event_seq, event_key, "trigger", created_at, updated_at`

/** Two statements, in which what is always the same is written out: each value that is bound costs. */
const INSERT_LEASED = `
INSERT INTO delivery_rows (${OF_EVERY_DELIVERY}, lease_token, lease_until, order_key, status, awaits_turn, scheduled_attempts, attempts)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11, 'sending', 0, 0, 0)`

const INSERT_QUEUED = `
INSERT INTO delivery_rows (${OF_EVERY_DELIVERY}, next_attempt_at, order_key, awaits_turn, scheduled_attempts, status, attempts)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11, ?12, 'queued', 0)`

export class EventInserter {
  readonly #random: Random
  readonly #numbers: IdNumbers
  readonly #order: CallOrder
  readonly #due: DueWebhooks
  readonly #match: Statement<MatchedWebhook>
  readonly #matchTest: Statement<MatchedWebhook>
  readonly #insertEvent: Statement<never>
  readonly #insertTestEvent: Statement<never>
  readonly #findEvent: Statement<Pick<AcceptedRow, 'type' | 'createdAt' | 'deliveryCount' | 'agentId'>>
  readonly #findContent: Statement<StoredContent>
  readonly #insertLeased: Statement<never>
  readonly #insertQueued: Statement<never>

  constructor(db: DatabaseSync, random: Random) {
    this.#random = random
    this.#numbers = new IdNumbers(db)
    this.#order = new CallOrder(db)
    this.#due = new DueWebhooks(db)
    this.#match = prepare(db, MATCH)
    this.#matchTest = prepare(db, MATCH_TEST)
    this.#insertEvent = prepare(db, INSERT_EVENT)
    this.#insertTestEvent = prepare(db, INSERT_TEST_EVENT)
    this.#findEvent = prepare(db, FIND_EVENT)
    this.#findContent = prepare(db, FIND_CONTENT)
    this.#insertLeased = prepare(db, INSERT_LEASED)
    this.#insertQueued = prepare(db, INSERT_QUEUED)
  }

  /** Adds one event and its deliveries to the batch; an id that the workspace has already adds nothing. */
  insert(workspaceId: string, event: NewEvent, batch: InsertBatch): AcceptedRow {
    const { id, type, agentId, callId, createdAt, acceptedAt, envelope } = event
    const matches = this.#matchesOf(workspaceId, event, batch)
    const deliveryCount = matches.length
    const workspace = this.#numbers.of(workspaceId)
    const { changes, lastInsertRowid } = this.#insertEvent.run(
      workspace,
      id,
      type,
      agentId,
      callId,
      createdAt,
      acceptedAt,
      deliveryCount,
      envelope,
    )
    if (changes === 0) return this.#duplicate(workspace, id)
    if (event.testOf !== undefined) this.#insertTestEvent.run(workspaceId, lastInsertRowid)
    const trigger: Trigger = event.testOf === undefined ? 'automatic' : 'test'
    const stored = { ...event, seq: Number(lastInsertRowid) }
    for (const match of matches) this.insertDelivery(workspaceId, stored, match, trigger, batch)
    return { id, type, createdAt, duplicate: false, deliveryCount, agentId }
  }

  /** To how many webhooks the event goes. */
  countMatches(workspaceId: string, event: NewEvent, batch: InsertBatch): number {
    return this.#matchesOf(workspaceId, event, batch).length
  }

  /** What the workspace has under the id of the event. */
  findContent(workspaceId: string, event: NewEvent): StoredContent | undefined {
    return this.#findContent.get(sameEnvelopeBytesMax(event), this.#numbers.of(workspaceId), event.id)
  }

  #duplicate(workspace: number, id: string): AcceptedRow {
    const stored = this.#findEvent.get(workspace, id)
    if (stored === undefined) throw new Error(`The event ${id} is in the index and not in the table.`)
    return { ...stored, id, duplicate: true }
  }

  #matchesOf(workspaceId: string, { type, agentId, testOf }: NewEvent, batch: InsertBatch): readonly MatchedWebhook[] {
    if (testOf !== undefined) return this.#matchTest.all(type, workspaceId, testOf)
    const key = `${workspaceId} ${type}`
    let matches = batch.matches.get(key)
    if (matches === undefined) {
      matches = new MatchedWebhooks(this.#match.all(workspaceId, type))
      batch.matches.set(key, matches)
    }
    return matches.for(agentId)
  }

  /** Adds the delivery of an event to one webhook. `acceptedAt` is the delivery's time, also when the event is older. */
  insertDelivery(
    workspaceId: string,
    event: StoredEvent,
    match: MatchedWebhook,
    trigger: Trigger,
    batch: InsertBatch,
  ): void {
    const { acceptedAt } = event
    const isTest = trigger === 'test'
    const { budget } = batch
    const id = this.#random.uuid(acceptedAt)
    // A test waits for nobody and holds nobody back.
    const orderKey = match.ordering === 'call' && !isTest ? event.callId : null
    const turn = orderKey === null ? 0 : this.#order.turnOfNext({ workspaceId, webhookId: match.webhookId, orderKey })
    const hasTurn = turn !== null && turn <= acceptedAt
    const waitMs = firstWaitMs(match, trigger, budget.firstWaitMs)
    const isPulled = match.kind === 'pull'
    const isLeased =
      !isPulled && (isTest || (hasTurn && waitMs === 0 && budget.capacity(workspaceId, match.webhookId) > 0))
    const ofEveryDelivery = [
      this.#numbers.of(workspaceId),
      id,
      this.#numbers.of(match.webhookId),
      match.subscriptionId === null ? null : this.#numbers.of(match.subscriptionId),
      event.seq,
      event.type,
      trigger,
      acceptedAt,
    ] as const
    if (isLeased) {
      const { lastInsertRowid } = this.#insertLeased.run(...ofEveryDelivery, budget.token, budget.until, orderKey)
      budget.take(workspaceId, match.webhookId, 1)
      const own = { id, orderKey, trigger, leaseToken: budget.token, place: Number(lastInsertRowid) }
      batch.leased.push(leasedDelivery(workspaceId, event, match, own))
      batch.changes.add(workspaceId, createdChange(own.place, id, 'sending', null))
      return
    }
    const dueAt = turn === null ? null : Math.max(turn, acceptedAt + waitMs)
    const { lastInsertRowid } = this.#insertQueued.run(
      ...ofEveryDelivery,
      dueAt,
      orderKey,
      hasTurn ? 0 : 1,
      // The first attempt of all is the first of the schedule, whoever asks for it.
      trigger === 'replay' ? 1 : 0,
    )
    batch.changes.add(workspaceId, createdChange(Number(lastInsertRowid), id, 'queued', dueAt))
    if (isPulled) {
      if (dueAt !== null) batch.pulled.add(match.webhookId)
      return
    }
    if (dueAt !== null) this.#due.note(this.#numbers.of(match.webhookId), dueAt)
    if (hasTurn) batch.overflow++
  }
}

function createdChange(
  seq: number,
  id: string,
  status: 'sending' | 'queued',
  nextAttemptAt: number | null,
): LoggedChange {
  return { place: changePlace(seq, id), status, attempts: 0, nextAttemptAt, updatedAt: null }
}

const NONE: readonly MatchedWebhook[] = []

/** By agent, so that an event costs what it is sent to, and not what its type is subscribed to. */
export class MatchedWebhooks {
  readonly #byAgent: ReadonlyMap<string | null, readonly MatchedWebhook[]>

  constructor(rows: readonly MatchedWebhook[]) {
    // Copies: V8 keeps the rows of a statement as dictionaries, and each of these is read for many events.
    const copies = rows.map(({ webhookId, kind, version, agentId, ordering, subscriptionId, firstWaitSeconds }) => ({
      webhookId,
      kind,
      version,
      agentId,
      ordering,
      subscriptionId,
      firstWaitSeconds,
    }))
    this.#byAgent = Map.groupBy(copies, ({ agentId }) => agentId)
  }

  for(agentId: string | null): readonly MatchedWebhook[] {
    const ofEveryAgent = this.#byAgent.get(null) ?? NONE
    const own = agentId === null ? undefined : this.#byAgent.get(agentId)
    return own === undefined ? ofEveryAgent : [...ofEveryAgent, ...own]
  }
}
