// Owns the bound on waiting: a delivery that is due, whose turn is there and whose receiver answers promptly, is attempted soon.
// Must never count what the engine cannot help: a disk that fails, a clock that jumps, a receiver or a node that is away.

import { BLOCKED_MS, RETURNED_PAUSE_MS, SLEEP_MS_MAX } from '@timbre/server/engine/claimer.ts'
import { ENVELOPE_LIMITS } from '@timbre/server/engine/envelope-memory.ts'
import { LOAD_RETRY_MS_MAX } from '@timbre/server/engine/start-conditions.ts'
import type { LeaseOffer } from '@timbre/server/storage/storage.ts'
import type { Ledger } from '../ledger.ts'
import type { SimNetwork } from '../sim-network.ts'
import type { SendCheck } from './check-send.ts'

/** At one a second, the slowest rate that a webhook may have, a turn is so far from the next. */
const TURN_MS_MAX = 1000
/**
 * What was released unsent is claimed again after a pause, a claim that found no free capacity is repeated after another, and
 * then a turn of the rate limit may be to come. Nothing else keeps a delivery whose webhook has nothing under way.
 */
export const WAITING_MS_MAX = RETURNED_PAUSE_MS + BLOCKED_MS + TURN_MS_MAX

/** How often it is looked at while something waits. */
const LOOK_MS = 250

export interface WaitingCheckDependencies {
  readonly ledger: Ledger
  readonly network: SimNetwork
  readonly sends: SendCheck
  readonly timeoutMs: number
  /** A process serves, and hears what is said at other nodes. */
  readonly isServing: () => boolean
}

interface Row {
  readonly id: string
  readonly webhookId: string
  readonly status: 'queued' | 'sending'
  readonly leaseToken: string | null
  readonly leaseUntil: number | null
  readonly nextAttemptAt: number | null
  readonly awaitsTurn: number
  readonly orderKey: string | null
}

/** What is true of it until something is written. */
interface Unfinished extends Row {
  /** An earlier one of its call has not ended. */
  readonly isBehind: boolean
}

const UNFINISHED = `
SELECT id, webhook_id AS webhookId, status, lease_token AS leaseToken, lease_until AS leaseUntil,
  next_attempt_at AS nextAttemptAt, awaits_turn AS awaitsTurn, order_key AS orderKey
FROM deliveries WHERE status IN ('queued', 'sending') ORDER BY seq`

export class WaitingCheck {
  readonly #dependencies: WaitingCheckDependencies
  /** Of the offers whose result has come to the process: what was leased under another is not held by anybody. */
  readonly #tokens = new Set<string>()
  /** Since when each waits for nothing but the engine, on the clock that never jumps. */
  #since = new Map<string, number>()
  #excusedUntil = 0
  #unfinished: readonly Unfinished[] = []
  /** What the database had written when they were read. */
  #readAt = Number.NaN
  readonly #origins = new Map<string, string>()
  #lookAt = Number.POSITIVE_INFINITY

  constructor(dependencies: WaitingCheckDependencies) {
    this.#dependencies = dependencies
  }

  /** Something was written. */
  changed(): void {
    this.#lookIn(LOOK_MS)
  }

  answered(args: readonly unknown[]): void {
    for (const argument of args) if (isOffer(argument)) this.#tokens.add(argument.token)
  }

  /** The wall has jumped: what is due earlier because of it is found when the claimer looks by itself. */
  jumped(): void {
    this.#excuse(SLEEP_MS_MAX)
  }

  #excuse(ms: number): void {
    this.#excusedUntil = Math.max(this.#excusedUntil, this.#dependencies.ledger.clock.monotonic() + ms)
    this.#since.clear()
    this.#lookIn(ms + LOOK_MS)
  }

  #lookIn(ms: number): void {
    const { clock } = this.#dependencies.ledger
    const at = clock.monotonic() + ms
    if (at >= this.#lookAt) return
    this.#lookAt = at
    clock.schedule(() => {
      // Another look that is nearer was asked for meanwhile, and has been taken.
      if (this.#lookAt !== at) return
      this.#lookAt = Number.POSITIVE_INFINITY
      this.#look()
    }, ms)
  }

  #look(): void {
    const { ledger, sends, isServing } = this.#dependencies
    const { clock, database, trace } = ledger
    const now = clock.monotonic()
    const troubledUntil = Math.max(this.#excusedUntil, database.slowUntil, database.faultAt + LOAD_RETRY_MS_MAX)
    if (!isServing() || now < troubledUntil) {
      this.#since.clear()
      if (now < troubledUntil) this.#lookIn(troubledUntil - now + LOOK_MS)
      return
    }
    const since = new Map<string, number>()
    for (const row of this.#waiting()) {
      const from = Math.max(this.#since.get(row.id) ?? now, sends.lastBegunAt(row.webhookId))
      since.set(row.id, from)
      if (now - from <= WAITING_MS_MAX) continue
      const what = `${row.id} to ${row.webhookId}, which is ${row.status} and whose turn is there,`
      trace.violate(`${what} has waited for ${Math.round(now - from)} ms while its receiver answers promptly`)
    }
    this.#since = since
    if (since.size > 0) this.#lookIn(LOOK_MS)
  }

  /** Those whose turn is there; and a look is taken when the next one is due. */
  #waiting(): readonly Row[] {
    const wall = this.#dependencies.ledger.clock.now()
    const answers = new Map<string, boolean>()
    const waiting: Row[] = []
    let nextDueMs = Number.POSITIVE_INFINITY
    for (const row of this.#read()) {
      const dueMs = row.status === 'queued' ? queuedMs(row, wall) : this.#heldMs(row, wall)
      if (dueMs > 0) {
        nextDueMs = Math.min(nextDueMs, dueMs)
        continue
      }
      const isAnswered = answers.get(row.webhookId) ?? this.#answers(row.webhookId)
      answers.set(row.webhookId, isAnswered)
      if (isAnswered) waiting.push(row)
    }
    if (nextDueMs < Number.POSITIVE_INFINITY) this.#lookIn(nextDueMs + LOOK_MS)
    return waiting
  }

  /** Most looks find that nothing was written since the last one. */
  #read(): readonly Unfinished[] {
    const { database } = this.#dependencies.ledger
    const { written } = database
    if (written === this.#readAt) return this.#unfinished
    const calls = new Set<string>()
    this.#unfinished = database.rows<Row>(UNFINISHED).map((row) => {
      const call = `${row.webhookId} ${row.orderKey}`
      const isBehind = calls.has(call)
      if (row.orderKey !== null) calls.add(call)
      return { ...row, isBehind }
    })
    this.#readAt = written
    return this.#unfinished
  }

  /** 0: it is in a lane of the process, and not attempted yet. */
  #heldMs({ id, leaseToken, leaseUntil }: Row, wall: number): number {
    const history = this.#dependencies.ledger.deliveries.get(id)
    if (history === undefined || history.isTest || history.answers.length > 0) return Number.POSITIVE_INFINITY
    const isWorthIt = (leaseUntil ?? 0) - wall > 2 * this.#dependencies.timeoutMs
    return this.#tokens.has(leaseToken ?? '') && isWorthIt ? 0 : Number.POSITIVE_INFINITY
  }

  /** Nothing is under way that it may have to wait for, and the receiver took what it was sent last, at once. */
  #answers(webhookId: string): boolean {
    const { ledger, network, sends } = this.#dependencies
    const { isActive, isDeleted, url } = ledger.webhooks.newest(webhookId)
    if (!isActive || isDeleted || url.startsWith('pull:') || !network.answersPromptly(webhookId)) return false
    const { bodyLimits, inFlightPerOriginMax } = ledger.swarm
    // It may be short of memory while anything is under way.
    if (bodyLimits !== ENVELOPE_LIMITS && sends.inFlight > 0) return false
    return sends.inFlightOf(webhookId) === 0 && sends.inFlightTo(this.#originOf(url)) < inFlightPerOriginMax / 2
  }

  #originOf(url: string): string {
    const origin = this.#origins.get(url) ?? new URL(url).origin
    this.#origins.set(url, origin)
    return origin
  }
}

/** Milliseconds until its turn. Behind an earlier one of its call that is known only once that one has failed. */
function queuedMs({ nextAttemptAt, awaitsTurn, isBehind }: Unfinished, wall: number): number {
  if (nextAttemptAt !== null) return nextAttemptAt - wall
  return awaitsTurn === 1 && !isBehind ? 0 : Number.POSITIVE_INFINITY
}

function isOffer(argument: unknown): argument is LeaseOffer {
  return typeof argument === 'object' && argument !== null && 'token' in argument && 'until' in argument
}
