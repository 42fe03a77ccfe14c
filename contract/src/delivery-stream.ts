// Owns what a live stream of deliveries shows beside them: frames of server-sent events (WHATWG HTML §9.2).
import Type from 'typebox'
import { Time } from './schema.ts'

/** Of a frame whose data is a DeliverySummary. */
export const DELIVERY_FRAME = 'delivery'
/** Of a frame whose data is a DeliveryGap. */
export const GAP_FRAME = 'gap'

/** Longer than any id of a frame. */
export const STREAM_CURSOR_LENGTH_MAX = 256

/** Changes that cannot be shown any more: they were made between these times, both included. */
export const DeliveryGap = Type.Object({ from: Time, until: Time })
export type DeliveryGap = Type.Static<typeof DeliveryGap>
