// Owns which deliveries a stream shows: the filters of the list that do not change with time.
import type { DeliveryFilter, DeliveryRow } from '../../storage/storage.ts'

export type StreamFilter = Pick<DeliveryFilter, 'status' | 'eventKey' | 'eventId' | 'webhookId'>

/** @param delivery as the change left it */
export function isShown({ status, eventKey, eventId, webhookId }: StreamFilter, delivery: DeliveryRow): boolean {
  return (
    (status === undefined || status === delivery.status) &&
    (eventKey === undefined || eventKey === delivery.eventKey) &&
    (eventId === undefined || eventId === delivery.eventId) &&
    (webhookId === undefined || webhookId === delivery.webhookId)
  )
}
