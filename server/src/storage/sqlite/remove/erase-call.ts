// Owns erasing: one bounded batch of removing everything of one call, whatever its status.
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../../platform/clock.ts'
import { RemovalBudget } from '../../shared/removal-budget.ts'
import type { EraseRequest, EraseResult } from '../../storage.ts'
import { CallOrder } from '../claim/call-order.ts'
import { REMOVE_PULL_LEASE } from '../claim/pull-leases.ts'
import { prepare, type Statement } from '../connection/statement.ts'
import { inTransaction } from '../connection/transaction.ts'
import { numberOf } from '../schema/id-numbers.ts'
import { EventRemover, type RemovedDelivery } from './event-remover.ts'

export const NEXT_EVENT_OF_CALL = `
SELECT seq FROM event_rows INDEXED BY event_rows_of_call
WHERE workspace = ${numberOf('?')} AND call_id = ? ORDER BY seq LIMIT 1`

/** What sources said of the call, and what was refused that names it. */
export const ERASE_FROM_SOURCES = [
  'DELETE FROM source_signals WHERE workspace_id = ?1 AND call_id = ?2',
  'DELETE FROM source_calls WHERE workspace_id = ?1 AND call_id = ?2',
  'DELETE FROM refused_requests WHERE workspace_id = ?1 AND instr(body, ?2) > 0',
] as const

export class EraseCall {
  readonly #db: DatabaseSync
  readonly #clock: Clock
  readonly #remover: EventRemover
  readonly #order: CallOrder
  readonly #nextEvent: Statement<{ readonly seq: number }>
  readonly #removePullLease: Statement<never>
  readonly #fromSources: readonly Statement<never>[]

  /** @param fromSources absent: of tables that have none yet */
  constructor(db: DatabaseSync, clock: Clock, fromSources: readonly string[] = []) {
    this.#db = db
    this.#clock = clock
    this.#remover = new EventRemover(db)
    this.#order = new CallOrder(db)
    this.#nextEvent = prepare(db, NEXT_EVENT_OF_CALL)
    this.#removePullLease = prepare(db, REMOVE_PULL_LEASE)
    this.#fromSources = fromSources.map((sql) => prepare(db, sql))
  }

  /** See RemovalStorage.eraseCall. */
  run({ workspaceId, callId, now, rowsMax }: EraseRequest): EraseResult {
    return inTransaction(this.#db, () => {
      const budget = new RemovalBudget(this.#clock, rowsMax)
      for (const statement of this.#fromSources) statement.run(workspaceId, callId)
      const leased: string[] = []
      const webhookIds = new Set<string>()
      const onDelivery = ({ seq, id, webhookId, status }: RemovedDelivery) => {
        if (status === 'sending') {
          leased.push(id)
          this.#removePullLease.run(seq)
        }
        if (status === 'sending' || status === 'queued') webhookIds.add(webhookId)
      }
      const isDone = this.#removeAll(workspaceId, callId, budget, onDelivery)
      // Should this batch be the last because the process dies, what waits behind a removed delivery must not be stuck.
      for (const webhookId of webhookIds) this.#order.advance({ workspaceId, webhookId, orderKey: callId }, now)
      return { removed: budget.removed, leased, unconfirmed: 0, isDone }
    })
  }

  #removeAll(
    workspaceId: string,
    callId: string,
    budget: RemovalBudget,
    onDelivery: (delivery: RemovedDelivery) => void,
  ): boolean {
    for (;;) {
      const event = this.#nextEvent.get(workspaceId, callId)
      if (event === undefined) return true
      if (!this.#remover.remove(event.seq, budget, onDelivery)) return false
    }
  }
}
