// Owns the check of one step of a replay: it makes or asks again for what it was asked to, and counts it.
import type { ReplaySelection } from '@timbre/contract/replay.ts'
import type { DeliveryHistory } from '../delivery-history.ts'
import type { Ledger } from '../ledger.ts'

export interface ReplayAsked {
  readonly webhook_id: string
  readonly since: number
  readonly until: number
  readonly only: ReplaySelection
}

/**
 * @param made new deliveries
 * @param again those that had ended, as they were before the step
 */
export function checkReplay(
  { trace }: Ledger,
  { webhook_id: webhookId, only }: ReplayAsked,
  queued: number,
  made: readonly DeliveryHistory[],
  again: readonly DeliveryHistory[],
): void {
  if (made.length + again.length !== queued) {
    trace.violate(
      `a replay for ${webhookId} said ${queued}; it made ${made.length} and asked for ${again.length} again`,
    )
  }
  if (only === 'failed' && made.length > 0) trace.violate(`${made[0]?.id} was made by a replay of what had failed`)
  for (const { id, status } of again) {
    if (status === 'sending') trace.violate(`${id} was asked for by a replay while it was being sent`)
    if (only !== 'all' && status !== 'failed') {
      trace.violate(`${id} was asked for by a replay of what is ${only} although it is ${status}`)
    }
  }
}
