// Owns how a call is shown: from what its source said, its events, their deliveries and the attempts of these.
import type {
  Call,
  CallAttempt,
  CallDelivery,
  CallDetail,
  CallEvent,
  CallSignal,
  DeliveryCounts,
} from '@timbre/contract/call.ts'
import { type CallSummary, callDataOf } from '../../insight/call-summary.ts'
import type {
  AttemptSummaryRow,
  CallEventRow,
  CallRow,
  DeliveryRow,
  DeliveryStatusRow,
  ListedSignalRow,
} from '../../storage/storage.ts'
import type { Language } from '../http/language.ts'
import { failureIn } from './failure-words.ts'
import { isoTime } from './iso-time.ts'
import { presentDeliverySummary } from './present-delivery.ts'
import { presentEvent } from './present-event.ts'
import { presentSignal } from './present-signal.ts'

/** @param statuses of all deliveries of its events; null: they are too many to be counted */
export function presentCall(
  { eventCount, eventCountIsExact }: CallRow,
  { firstEventAt, lastEventAt, ...summary }: CallSummary,
  statuses: readonly Pick<DeliveryStatusRow, 'status'>[] | null,
): Call {
  return {
    ...summary,
    firstEventAt: isoTime(firstEventAt),
    lastEventAt: isoTime(lastEventAt),
    eventCount,
    eventCountIsExact,
    deliveries: statuses === null ? null : countsOf(statuses),
  }
}

function countsOf(statuses: readonly Pick<DeliveryStatusRow, 'status'>[]): DeliveryCounts {
  const counts = { queued: 0, sending: 0, success: 0, failed: 0 }
  for (const { status } of statuses) counts[status]++
  return counts
}

export interface CallEvidence {
  readonly signals: readonly ListedSignalRow[]
  readonly deliveries: readonly DeliveryRow[]
  readonly attempts: readonly AttemptSummaryRow[]
}

/** @param language of whoever reads it */
export function presentCallDetail(call: Call, row: CallRow, evidence: CallEvidence, language: Language): CallDetail {
  const attempts = Map.groupBy(evidence.attempts, ({ deliveryId }) => deliveryId)
  const deliveries = Map.groupBy(evidence.deliveries, ({ eventId }) => eventId)
  const shown = (delivery: DeliveryRow) => presentDelivery(delivery, attempts.get(delivery.id) ?? [], language)
  const events = row.events.map((event) => presentCallEvent(event, (deliveries.get(event.id) ?? []).map(shown)))
  const signals = evidence.signals.map(presentSignal)
  return { ...call, signals, events, omitted: omittedOf(call, signals, events) }
}

function presentCallEvent(event: CallEventRow, deliveries: CallDelivery[]): CallEvent {
  return { ...presentEvent(event), callStatus: callDataOf(event).callStatus, deliveries }
}

function presentDelivery(row: DeliveryRow, attempts: readonly AttemptSummaryRow[], language: Language): CallDelivery {
  const oldestFirst = [...attempts].sort((a, b) => a.number - b.number)
  const latestAttempts = oldestFirst.map((attempt) => presentCallAttempt(attempt, language))
  return { ...presentDeliverySummary(row, language), latestAttempts }
}

function presentCallAttempt({ deliveryId: _, ...row }: AttemptSummaryRow, language: Language): CallAttempt {
  return { ...row, startedAt: isoTime(row.startedAt), error: failureIn(language, row.error) }
}

/** What the numbers that are shown say, and is not there. */
function omittedOf(
  { eventCount, signalCount }: Call,
  signals: readonly CallSignal[],
  events: readonly CallEvent[],
): CallDetail['omitted'] {
  const deliveries = events.flatMap((event) => event.deliveries)
  const missing = (all: number, shown: number) => Math.max(0, all - shown)
  return {
    signals: missing(signalCount, signals.length),
    events: missing(eventCount, events.length),
    deliveries: sum(events.map((event) => missing(event.deliveryCount, event.deliveries.length))),
    attempts: sum(deliveries.map(({ attempts, latestAttempts }) => missing(attempts, latestAttempts.length))),
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
