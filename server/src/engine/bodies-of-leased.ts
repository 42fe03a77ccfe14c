// Owns which body each delivery has that was leased while its event was accepted: it is still in memory. Pure.
import assert from 'node:assert/strict'
import type { AcceptRequest, LeasedDelivery } from '../storage/storage.ts'

/**
 * The body of each leased delivery. No map of the events is needed: what is leased is in their order (HotStorage.acceptEvents).
 * @throws AssertionError when a delivery has no event in the batch
 */
export function bodiesOf(leased: readonly LeasedDelivery[], batch: readonly AcceptRequest[]): readonly string[] {
  const events = batch.flatMap(({ workspaceId, events }) => events.map(({ id, body }) => ({ workspaceId, id, body })))
  let at = 0
  return leased.map(({ workspaceId, eventId }) => {
    // Ids are unique in a workspace only.
    while (events[at]?.id !== eventId || events[at]?.workspaceId !== workspaceId) {
      assert(at++ < events.length, 'a leased delivery has its event in the batch')
    }
    return events[at]?.body ?? ''
  })
}
