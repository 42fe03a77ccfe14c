// Owns how an event is shown.
import type { EventDetail } from '@timbre/contract/delivery.ts'
import type { AcceptedEvent, EventSummary, SkippedWebhook } from '@timbre/contract/event.ts'
import type { AcceptedRow, DeliveryRow, EventRow } from '../../storage/storage.ts'
import type { Language } from '../http/language.ts'
import { rawJson } from '../http/raw-json.ts'
import { dataText } from '../publish/event-text.ts'
import { isoTime } from './iso-time.ts'
import { presentDeliverySummary } from './present-delivery.ts'

export function presentAccepted(row: AcceptedRow): AcceptedEvent {
  const { id, type, duplicate, deliveryCount, agentId = null, skipped } = row
  const accepted = { id, type, createdAt: isoTime(row.createdAt), duplicate, deliveryCount, agentId }
  return skipped === undefined ? accepted : { ...accepted, skipped: [...skipped] }
}

export function presentEvent(row: EventRow): EventSummary {
  const { id, type, agentId, callId, deliveryCount } = row
  return { id, type, agentId, callId, createdAt: isoTime(row.createdAt), deliveryCount, isTest: row.isTest === 1 }
}

export function presentEventDetail(
  row: EventRow & { readonly body: string },
  deliveries: readonly DeliveryRow[],
  skipped: readonly SkippedWebhook[],
  language: Language,
): EventDetail {
  return {
    ...presentEvent(row),
    data: rawJson(dataText(row.body)),
    deliveries: deliveries.map((row) => presentDeliverySummary(row, language)),
    skipped: [...skipped],
  }
}
