// Owns the erasure: removing everything of one call, for good.
import Type from 'typebox'
import { CALL_ID_LENGTH_MAX } from './event.ts'
import { Closed, Count } from './schema.ts'

export const ErasureCreate = Closed({
  callId: Type.String({
    minLength: 1,
    maxLength: CALL_ID_LENGTH_MAX,
    description: '`data.call_id` of the events to be removed',
  }),
})
export type ErasureCreate = Type.Static<typeof ErasureCreate>

export const Erasure = Type.Object({
  callId: Type.String(),
  events: Count('Events that this request removed'),
  deliveries: Count('Deliveries of them, those that were still waiting included'),
  attempts: Count('Attempts of these'),
  unconfirmed: Count(
    'Deliveries that a node may still begin to send, because it has not confirmed within 5 s: those of them that it held, one at least of each such node. 0 but for a fault',
  ),
})
export type Erasure = Type.Static<typeof Erasure>
