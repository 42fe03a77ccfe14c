// Owns erasing: one bounded batch of removing everything of one call, whatever its status.
import type { Pool } from 'pg'
import type { Clock } from '../../platform/clock.ts'
import { RemovalBudget } from '../removal-budget.ts'
import type { EraseAnswer, EraseRequest } from '../storage.ts'
import { advanceCalls } from './call-order.ts'
import { withoutNul } from './columns.ts'
import { type RemovableEvent, removeEvents } from './event-remover.ts'
import { statement } from './statement.ts'
import { inTransaction } from './transaction.ts'

export const EVENTS_OF_CALL = statement<RemovableEvent>(
  'events_of_call',
  `SELECT workspace_id AS "workspaceId", day, seq, id FROM events
WHERE workspace_id = $1 AND call_id = $2 ORDER BY seq LIMIT $3 FOR UPDATE`,
)

export class EraseCall {
  readonly #pool: Pool
  readonly #clock: Clock

  constructor(pool: Pool, clock: Clock) {
    this.#pool = pool
    this.#clock = clock
  }

  /** See RemovalStorage.eraseCall. */
  run({ workspaceId, callId, now, rowsMax }: EraseRequest): Promise<EraseAnswer> {
    const orderKey = withoutNul(callId)
    return inTransaction(this.#pool, async (session) => {
      const budget = new RemovalBudget(this.#clock, rowsMax)
      const events = await session.all(EVENTS_OF_CALL, workspaceId, orderKey, rowsMax)
      const { deliveries, isDone } = await removeEvents(session, events, budget, () => true)
      const unfinished = deliveries.filter(({ status }) => status === 'sending' || status === 'queued')
      // Should this batch be the last because the process dies, what waits behind a removed delivery must not be stuck.
      const calls = unfinished.map(({ webhookId }) => ({ workspaceId, webhookId, orderKey }))
      await advanceCalls(session, calls, now)
      const leased = unfinished.filter(({ status }) => status === 'sending').map(({ id }) => id)
      return { removed: budget.removed, leased, isDone: isDone && events.length < rowsMax }
    })
  }
}
