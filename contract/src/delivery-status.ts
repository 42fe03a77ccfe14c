// Owns where a delivery may stand. Apart from its schema, so that a thread of the storage does without the library of schemas.

export const DELIVERY_STATUSES = ['queued', 'sending', 'success', 'failed'] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]
