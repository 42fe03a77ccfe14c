// Owns what was committed, as the checkers see it: it watches the database, never the engine.
import type { StorageMethod } from '@timbre/server/storage/interface/forwarding-storage.ts'
import type {
  AcceptEventsResult,
  AcceptRequest,
  AttemptResult,
  ChangeContext,
  ClaimedDelivery,
  DeliveryLease,
  EraseRequest,
  EraseResult,
  LeaseOffer,
  NewEvent,
  PruneRequest,
  PruneResult,
  RecordAttemptsResult,
  ReplayKey,
  ReplayStep,
  SecretRotation,
  VerdictResult,
  VerdictRow,
} from '@timbre/server/storage/storage.ts'
import { checkClaim, checkLeaseInTurn } from './checks/check-claim.ts'
import { checkMatches } from './checks/check-matches.ts'
import { checkErasure, checkPruned } from './checks/check-removal.ts'
import { checkReplay, type ReplayAsked } from './checks/check-replay.ts'
import { checkResult } from './checks/check-result.ts'
import { checkRotation } from './checks/check-rotation.ts'
import { checkVerdict } from './checks/check-verdict.ts'
import { applyResult, type DeliveryHistory } from './delivery-history.ts'
import type { SimClock } from './sim-clock.ts'
import type { DatabaseObserver, SimDatabase } from './sim-database.ts'
import { type StoredEvent, StoredEvents } from './stored-events.ts'
import type { Swarm } from './swarm.ts'
import type { Trace } from './trace.ts'
import { WebhookVersions } from './webhook-versions.ts'

export interface LedgerDependencies {
  readonly clock: SimClock
  readonly database: SimDatabase
  readonly trace: Trace
  readonly swarm: Swarm
}

interface InsertedRow {
  readonly seq: number
  readonly id: string
  readonly webhook_id: string
  readonly event_key: string
  readonly trigger: string
  readonly status: DeliveryHistory['status']
  readonly next_attempt_at: number | null
  readonly lease_token: string | null
  readonly lease_until: number | null
  readonly order_key: string | null
  readonly event_id: string
  readonly call_id: string | null
  readonly body: string
}

const WITH_EVENT = `
SELECT d.*, e.body, e.call_id FROM deliveries d JOIN events e ON e.workspace_id = d.workspace_id AND e.id = d.event_id`
const INSERTED = `${WITH_EVENT} WHERE d.workspace_id = ? AND d.event_id = ? ORDER BY d.seq`
/** What a replay has made due, that step's and those before it. */
const REPLAYED = `${WITH_EVENT} WHERE d.webhook_id = ? AND d.status = 'queued' AND d."trigger" = 'replay' ORDER BY d.seq`

/** Of one webhook, whose id is the second argument. */
const CHANGES: ReadonlySet<StorageMethod> = new Set<StorageMethod>(['updateWebhook', 'rotateSecret', 'deleteWebhook'])

export class Ledger implements DatabaseObserver {
  readonly clock: SimClock
  readonly database: SimDatabase
  readonly trace: Trace
  readonly swarm: Swarm
  readonly webhooks: WebhookVersions
  readonly events: StoredEvents
  readonly deliveries = new Map<string, DeliveryHistory>()
  /** By webhook: when the failures without a success between them began. */
  readonly failingSince = new Map<string, number>()
  readonly #unfinished = new Set<DeliveryHistory>()
  /** When the process began to serve, on the clock that never jumps. */
  startedAt = 0

  constructor({ clock, database, trace, swarm }: LedgerDependencies) {
    this.clock = clock
    this.database = database
    this.trace = trace
    this.swarm = swarm
    this.webhooks = new WebhookVersions(database, clock)
    this.events = new StoredEvents(database, clock)
  }

  executed(method: StorageMethod, args: readonly unknown[], answer: unknown): void {
    // The arguments and answers of each method are those of the storage interface.
    switch (method) {
      case 'acceptEvents':
        this.#accepted(args[0] as AcceptRequest[], args[1] as LeaseOffer, answer as AcceptEventsResult)
        break
      case 'claimDue':
        this.#claimed(args[0] as LeaseOffer, args[1] as number, answer as ClaimedDelivery[])
        break
      case 'recordAttempts':
        this.#recorded(args[0] as AttemptResult[], answer as RecordAttemptsResult)
        break
      case 'releaseDeliveries':
        this.#released(args[0] as DeliveryLease[], args[1] as number)
        break
      case 'rescueDeliveries':
        this.#rescued(args[0] as number, args[1] as boolean, answer as number)
        break
      case 'endOrphanedDeliveries':
        this.#endedOrphans(answer as number)
        break
      case 'writeVerdict':
        this.#evaluated(args[0] as VerdictRow, answer as VerdictResult)
        break
      case 'retryDelivery':
        this.#reopened(args[2] as string, args[3] as ChangeContext)
        break
      case 'advanceReplay':
        this.#replayed(args[0] as ReplayKey, args[2] as number, answer as ReplayStep)
        break
      case 'eraseCall':
        this.#erased(args[0] as EraseRequest, answer as EraseResult)
        break
      case 'pruneEvents':
        this.#pruned(args[0] as PruneRequest, answer as PruneResult)
        break
      case 'createWebhook':
        this.webhooks.committed((args[0] as { id: string }).id)
        break
      case 'updateWebhook':
      case 'rotateSecret':
      case 'deleteWebhook':
        this.webhooks.committed(args[1] as string)
        if (method === 'rotateSecret' && answer === true)
          checkRotation(this, args[1] as string, args[2] as SecretRotation)
        break
      default:
    }
  }

  answered(method: StorageMethod, args: readonly unknown[]): void {
    if (method === 'createWebhook') this.webhooks.told((args[0] as { id: string }).id)
    if (CHANGES.has(method)) this.webhooks.told(args[1] as string)
    if (method === 'writeVerdict') this.webhooks.told((args[0] as VerdictRow).webhook.id)
    if (method !== 'recordAttempts') return
    for (const { disableWebhook, webhookId } of args[0] as AttemptResult[]) {
      if (disableWebhook !== null) this.webhooks.told(webhookId)
    }
  }

  #accepted(requests: readonly AcceptRequest[], offer: LeaseOffer, answer: AcceptEventsResult): void {
    this.trace.add(`accepted ${requests.length} requests, ${answer.leased.length} leased, ${answer.overflow} over`)
    for (const [index, { workspaceId, events }] of requests.entries()) {
      const result = answer.results[index]
      if (result?.kind !== 'accepted') continue
      for (const [at, row] of result.events.entries()) {
        const event = events[at]
        if (row.duplicate || event === undefined) continue
        const inserted = this.#insert(workspaceId, event)
        checkMatches(this, workspaceId, event, inserted, row.deliveryCount)
      }
    }
    this.#checkTurns(answer.leased, offer.token)
  }

  /** Deliveries that were leased at birth: each of a call in its turn. */
  #checkTurns(leased: readonly { readonly id: string; readonly createdAt: number }[], token: string): void {
    for (const { id, createdAt } of leased) {
      const history = this.deliveries.get(id)
      if (history?.leaseToken !== token) {
        this.trace.violate(`${id} was leased and is not in the table so`)
        return
      }
      checkLeaseInTurn(this, history, Math.max(createdAt, this.clock.now()))
      history.hadTurn = true
    }
  }

  #insert(workspaceId: string, event: NewEvent): readonly DeliveryHistory[] {
    const rows = this.database.rows<InsertedRow>(INSERTED, workspaceId, event.id)
    const inserted = rows.map((row) => this.#add(workspaceId, row))
    this.events.accepted(workspaceId, event, inserted)
    return inserted
  }

  #add(workspaceId: string, row: InsertedRow): DeliveryHistory {
    const history = { ...newHistory(row), workspaceId }
    this.deliveries.set(row.id, history)
    this.#unfinished.add(history)
    return history
  }

  #claimed(offer: LeaseOffer, now: number, claimed: readonly ClaimedDelivery[]): void {
    if (claimed.length > 0) this.trace.add(`claimed ${claimed.map(({ id }) => id.slice(-8)).join(' ')}`)
    checkClaim(this, offer, now, claimed)
    for (const [leaseOrder, { id }] of claimed.entries()) {
      const history = this.deliveries.get(id)
      if (history !== undefined) Object.assign(history, leasedState(offer), { leaseOrder })
    }
  }

  #recorded(results: readonly AttemptResult[], answer: RecordAttemptsResult): void {
    const announced: AttemptResult[] = []
    for (const [index, result] of results.entries()) {
      if (this.#ended(result, answer.written[index] === true)) announced.push(result)
    }
    for (const { announce, lease } of announced) {
      for (const event of announce) {
        const inserted = this.#insert(lease.workspaceId, event)
        checkMatches(this, lease.workspaceId, event, inserted, inserted.length)
      }
    }
  }

  /** Notes one result. True: what it announces is news, for a webhook is disabled once only. */
  #ended(result: AttemptResult, isWritten: boolean): boolean {
    const { lease, attempt, status, nextAttemptAt, webhookId } = result
    const what = `${attempt.responseStatus ?? attempt.outcome} -> ${status} ${nextAttemptAt ?? ''}`
    this.trace.add(`recorded ${lease.id.slice(-8)} #${attempt.number} ${what} ${isWritten ? '' : 'fenced off'}`)
    const history = this.deliveries.get(lease.id)
    if (history === undefined) {
      this.trace.violate(`a result of the unknown delivery ${lease.id} was recorded`)
      return false
    }
    checkResult(this, history, result, isWritten)
    if (!isWritten) return false
    applyResult(history, result)
    this.#noteHealth(history, result)
    if (history.status !== 'queued') this.#unfinished.delete(history)
    if (result.disableWebhook === null) return true
    const { isActive, isDeleted } = this.webhooks.newest(webhookId)
    this.webhooks.committed(webhookId)
    if (isActive && !isDeleted && this.webhooks.newest(webhookId).isActive) {
      this.trace.violate(`${webhookId} answered 410 and was not disabled`)
    }
    return isActive && !isDeleted
  }

  #noteHealth({ webhookId }: DeliveryHistory, { attempt }: AttemptResult): void {
    // By the attempt, not by its delivery, which stays `success` when a manual attempt fails later.
    const isWell = attempt.responseStatus !== null && attempt.responseStatus >= 200 && attempt.responseStatus < 300
    if (isWell) this.failingSince.delete(webhookId)
    else if (!this.failingSince.has(webhookId)) this.failingSince.set(webhookId, attempt.startedAt + attempt.durationMs)
  }

  #evaluated({ webhook, disable, announce }: VerdictRow, { written }: VerdictResult): void {
    if (!written) return
    this.trace.add(`evaluated ${webhook.id.slice(-8)}: ${announce.type}`)
    checkVerdict(this, webhook.id, disable !== null)
    if (disable !== null) this.webhooks.committed(webhook.id)
    const inserted = this.#insert(webhook.workspaceId, announce)
    checkMatches(this, webhook.workspaceId, announce, inserted, inserted.length)
  }

  #released(leases: readonly DeliveryLease[], dueAt: number): void {
    for (const { id, leaseToken } of leases) {
      const history = this.deliveries.get(id)
      if (history?.leaseToken === leaseToken) Object.assign(history, queuedState(dueAt))
    }
  }

  #rescued(now: number, all: boolean, count: number): void {
    let expected = 0
    for (const history of this.#unfinished) {
      if (history.status !== 'sending' || history.isPulled || !(all || history.leaseUntil <= now)) continue
      Object.assign(history, queuedState(now))
      expected++
    }
    if (count > 0) this.trace.add(`rescued ${count}`)
    if (count !== expected) this.trace.violate(`${count} deliveries were rescued where ${expected} leases had expired`)
  }

  #endedOrphans(count: number): void {
    if (count === 0) return
    this.trace.add(`ended ${count} orphans`)
    for (const history of this.#unfinished) {
      if (history.status !== 'queued' || !this.webhooks.newest(history.webhookId).isDeleted) continue
      const [row] = this.database.rows<{ status: string }>('SELECT status FROM deliveries WHERE id = ?', history.id)
      if (row?.status !== 'failed') continue
      Object.assign(history, { status: 'failed', askedAs: null, endedByDeletion: true })
      this.#unfinished.delete(history)
    }
  }

  #replayed({ workspaceId, id }: ReplayKey, now: number, { queued }: ReplayStep): void {
    if (queued === 0) return
    const [asked] = this.database.rows<ReplayAsked>('SELECT * FROM replays WHERE id = ?', id)
    if (asked === undefined) throw new Error(`the replay ${id} went on and is not on disk`)
    const rows = this.database.rows<InsertedRow>(REPLAYED, asked.webhook_id)
    const again = rows.flatMap((row) => this.deliveries.get(row.id) ?? []).filter(({ status }) => status !== 'queued')
    const made = rows.filter((row) => !this.deliveries.has(row.id)).map((row) => this.#add(workspaceId, row))
    this.trace.add(`replay ${id.slice(-8)}: ${made.length} made, ${again.length} again`)
    checkReplay(this, asked, queued, made, again)
    for (const history of made) this.events.delivered(history)
    for (const history of again) {
      Object.assign(history, { ...queuedState(now), askedAs: 'replay', hadTurn: true, wasReopened: true })
      this.#unfinished.add(history)
    }
  }

  #erased(request: EraseRequest, answer: EraseResult): void {
    const removed = this.events.noteRemoved(this.events.ofCall(request.workspaceId, request.callId))
    this.trace.add(`erased ${removed.events.length} events, ${removed.deliveries.length} deliveries`)
    checkErasure(this, request, answer, removed)
    for (const history of removed.deliveries) this.#unfinished.delete(history)
  }

  /**
   * Whoever asked was told that it is done.
   * @param before what was there when it was asked for
   */
  erasureAnswered(workspaceId: string, callId: string, before: readonly StoredEvent[]): void {
    const left = new Set(this.events.ofCall(workspaceId, callId))
    const kept = before.find((event) => left.has(event))
    if (kept !== undefined) this.trace.violate(`${kept.id} is left of ${callId}, which was said to be erased`)
  }

  mustNotBegin(workspaceId: string, callId: string): void {
    for (const history of this.deliveries.values()) {
      if (history.isRemoved && history.workspaceId === workspaceId && history.callId === callId)
        history.mustNotBegin = true
    }
  }

  #pruned(request: PruneRequest, { removed: { events, deliveries, attempts } }: PruneResult): void {
    if (events + deliveries + attempts === 0) return
    const removed = this.events.noteRemoved(this.events.all())
    this.trace.add(`pruned ${events} events`)
    checkPruned(this, request, removed)
    for (const history of removed.deliveries) this.#unfinished.delete(history)
  }

  #reopened(id: string, { now }: ChangeContext): void {
    const history = this.deliveries.get(id)
    if (history === undefined) return
    this.trace.add(`retry by hand ${id.slice(-8)}`)
    if (history.status !== 'queued') history.wasReopened = true
    Object.assign(history, { ...queuedState(now), askedAs: 'manual', hadTurn: true })
    this.#unfinished.add(history)
  }
}

function newHistory(row: InsertedRow): Omit<DeliveryHistory, 'workspaceId'> {
  return {
    seq: row.seq,
    id: row.id,
    webhookId: row.webhook_id,
    eventId: row.event_id,
    eventKey: row.event_key,
    body: row.body,
    orderKey: row.order_key,
    callId: row.call_id,
    isTest: row.trigger === 'test',
    status: row.status,
    attempts: 0,
    // The first wait of the schedule is over when a replay makes one.
    scheduledAttempts: row.trigger === 'replay' ? 1 : 0,
    hasSucceeded: false,
    askedAs: row.trigger === 'replay' ? 'replay' : null,
    hadTurn: false,
    wasReopened: false,
    dueAt: null,
    leaseToken: row.lease_token,
    isPulled: false,
    leaseUntil: row.lease_until ?? 0,
    leaseOrder: row.seq,
    firstFailureAt: null,
    endedByDeletion: false,
    isRemoved: false,
    mayLackAttempts: false,
    mustNotBegin: false,
    answers: [],
    recorded: [],
    claims: 0,
  }
}

function leasedState(offer: LeaseOffer): Partial<DeliveryHistory> {
  return { status: 'sending', hadTurn: true, leaseToken: offer.token, leaseUntil: offer.until }
}

const queuedState = (dueAt: number) => ({ status: 'queued', leaseToken: null, dueAt }) as const
