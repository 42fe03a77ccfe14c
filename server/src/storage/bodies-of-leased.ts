// Owns which body each delivery has that was leased with the insert of its event: it is still in memory. Pure.
import assert from 'node:assert/strict'
import type { LeasedDelivery, NewEvent } from './hot-storage.ts'

export interface InsertedEvent {
  readonly workspaceId: string
  readonly event: Pick<NewEvent, 'id' | 'body'>
}

/**
 * The body of each leased delivery. No map of the events is needed: what is leased is in their order (HotStorage.acceptEvents).
 * @throws AssertionError when a delivery has no event among these
 */
export function bodiesOf(
  leased: readonly Pick<LeasedDelivery, 'workspaceId' | 'eventId'>[],
  inserted: readonly InsertedEvent[],
): readonly string[] {
  let at = 0
  return leased.map(({ workspaceId, eventId }) => {
    // Ids are unique in a workspace only.
    while (inserted[at]?.event.id !== eventId || inserted[at]?.workspaceId !== workspaceId) {
      assert(at++ < inserted.length, 'a leased delivery has its event in the batch')
    }
    return inserted[at]?.event.body ?? ''
  })
}
