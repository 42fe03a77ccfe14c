// Owns erasing: one bounded batch of removing everything of one call, whatever its status.
import type { Pool } from 'pg'
import type { Clock } from '../../../platform/clock.ts'
import { RemovalBudget } from '../../shared/removal-budget.ts'
import type { EraseRequest, EraseResult } from '../../storage.ts'
import { advanceCalls } from '../claim/call-order.ts'
import { removePullLeases } from '../claim/pull-leases.ts'
import { type ErasureNotices, SAY_ERASED } from '../nodes/erasure-notices.ts'
import { LIVING_NODES } from '../nodes/node-heartbeat.ts'
import { withoutNul } from '../wire/columns.ts'
import { statement } from '../wire/statement.ts'
import { inTransaction } from '../wire/transaction.ts'
import { type RemovableEvent, removeEvents } from './event-remover.ts'

export const EVENTS_OF_CALL = statement<RemovableEvent>(
  'events_of_call',
  `SELECT workspace_id AS "workspaceId", day, seq, id FROM events
WHERE workspace_id = $1 AND call_id = $2 ORDER BY seq LIMIT $3 FOR UPDATE`,
)

export const ERASE_SIGNALS = statement(
  'erase_signals',
  'DELETE FROM source_signals WHERE workspace_id = $1 AND call_id = $2',
)

export const ERASE_TRACKED_CALLS = statement(
  'erase_tracked_calls',
  'DELETE FROM source_calls WHERE workspace_id = $1 AND call_id = $2',
)

/** What was refused and names the call: a source has few of them. */
export const ERASE_REFUSED = statement(
  'erase_refused',
  'DELETE FROM refused_requests WHERE workspace_id = $1 AND position($2 in body) > 0',
)

export interface EraseCallDependencies {
  readonly pool: Pool
  readonly clock: Clock
  readonly node: string
  readonly erasures: ErasureNotices
}

export class EraseCall {
  readonly #dependencies: EraseCallDependencies

  constructor(dependencies: EraseCallDependencies) {
    this.#dependencies = dependencies
  }

  /** See RemovalStorage.eraseCall. */
  async run({ workspaceId, callId, now, rowsMax }: EraseRequest): Promise<EraseResult> {
    const { pool, clock, node, erasures } = this.#dependencies
    const orderKey = withoutNul(callId)
    const { unconfirmed, ...response } = await inTransaction(pool, async (session) => {
      const budget = new RemovalBudget(clock, rowsMax)
      for (const erase of [ERASE_SIGNALS, ERASE_TRACKED_CALLS, ERASE_REFUSED]) {
        await session.run(erase, workspaceId, orderKey)
      }
      const events = await session.all(EVENTS_OF_CALL, workspaceId, orderKey, rowsMax)
      const { deliveries, isDone } = await removeEvents(session, events, budget, () => true)
      const unfinished = deliveries.filter(({ status }) => status === 'sending' || status === 'queued')
      // Should this batch be the last because the process dies, what waits behind a removed delivery must not be stuck.
      const calls = unfinished.map(({ webhookId }) => ({ workspaceId, webhookId, orderKey }))
      await advanceCalls(session, calls, now)
      const sending = unfinished.filter(({ status }) => status === 'sending')
      await removePullLeases(
        session,
        sending.map(({ id }) => ({ workspaceId, id })),
      )
      const leased = unfinished.flatMap(({ id, leaseNode }) => (leaseNode === null ? [] : [{ id, node: leaseNode }]))
      // This node hears of its own as the others do, in the order of the commits.
      const others = await session.all(LIVING_NODES, node)
      const living = new Set(others.length === 0 ? [] : [node, ...others.map(({ id }) => id)])
      const { payloads, unconfirmed } = erasures.expect(leased, living)
      if (payloads.length > 0) await session.all(SAY_ERASED, payloads)
      return {
        removed: budget.removed,
        leased: leased.filter((own) => own.node === node).map(({ id }) => id),
        isDone: isDone && events.length < rowsMax,
        // Not to be waited for in here: it is told of by the commit.
        unconfirmed: { count: unconfirmed },
      }
    })
    return { ...response, unconfirmed: await unconfirmed.count }
  }
}
