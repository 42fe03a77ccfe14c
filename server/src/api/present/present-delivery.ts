// Owns how a delivery is shown.
import type { Delivery, DeliverySummary } from '@timbre/contract/delivery.ts'
import type { DeliveryDetailRow, DeliveryRow } from '../../storage/storage.ts'
import type { Language } from '../http/language.ts'
import { rawJson } from '../http/raw-json.ts'
import { failureIn } from './failure-words.ts'
import { isoTime, isoTimeOrNull } from './iso-time.ts'

/** @param language of whoever reads it */
export function presentDeliverySummary(row: DeliveryRow, language: Language): DeliverySummary {
  return {
    id: row.id,
    webhookId: row.webhookId,
    subscriptionId: row.subscriptionId,
    eventId: row.eventId,
    eventKey: row.eventKey,
    status: row.status,
    attempts: row.attempts,
    requestMethod: 'POST',
    createdAt: isoTime(row.createdAt),
    updatedAt: isoTime(row.updatedAt),
    nextAttemptAt: isoTimeOrNull(row.nextAttemptAt),
    lastError: failureIn(language, row.lastError),
    responseStatus: row.responseStatus,
  }
}

/** @param language of whoever reads it */
export function presentDelivery(row: DeliveryDetailRow, language: Language): Delivery {
  return {
    ...presentDeliverySummary(row, language),
    requestHeaders: row.lastAttempt === null ? null : { ...row.lastAttempt.requestHeaders },
    requestBody: rawJson(row.body),
    responseBody: row.lastAttempt?.responseBody ?? null,
  }
}
