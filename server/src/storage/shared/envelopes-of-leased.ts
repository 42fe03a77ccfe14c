// Owns which envelope each delivery has that was leased with the insert of its event: it is still in memory. Pure.
import assert from 'node:assert/strict'
import type { LeasedDelivery } from '../interface/hot-storage.ts'

/** An event of the batch, and what its deliveries are to be given as its envelope. */
export interface InsertedEvent<Envelope> {
  readonly workspaceId: string
  readonly eventId: string
  readonly envelope: Envelope
}

/**
 * The envelope of each leased delivery. No map of the events is needed: what is leased is in their order (HotStorage.acceptEvents).
 * @throws AssertionError when a delivery has no event among these
 */
export function envelopesOf<Envelope>(
  leased: readonly Pick<LeasedDelivery, 'workspaceId' | 'eventId'>[],
  inserted: readonly InsertedEvent<Envelope>[],
): readonly Envelope[] {
  let at = 0
  return leased.map(({ workspaceId, eventId }) => {
    // Ids are unique in a workspace only.
    for (;;) {
      const event = inserted[at]
      assert(event !== undefined, 'a leased delivery has its event in the batch')
      if (event.eventId === eventId && event.workspaceId === workspaceId) return event.envelope
      at++
    }
  })
}
