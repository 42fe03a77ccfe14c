// Owns the operational events that follow from an attempt (CONTRACT §2, catalogue): what the service says of itself.
// Must never announce anything about the delivery of an operational event: that would never end.
import { OPERATIONAL_EVENT_KEYS } from '@timbre/contract/catalogue.ts'
import { formatId } from '@timbre/contract/ids.ts'
import type { HealthReport } from '../insight/health/health-report.ts'
import { healthSummary } from '../insight/health/health-words.ts'
import type { Random } from '../platform/random.ts'
import type { EvaluatedWebhook, LeasedDelivery, NewEvent } from '../storage/storage.ts'
import type { Decision } from './decide.ts'
import type { Target } from './targets.ts'
import type { HealthVerdict } from './webhook-health.ts'

export interface AnnouncementInput {
  readonly delivery: LeasedDelivery
  readonly target: Target
  readonly decision: Decision
  readonly lastError: string | null
  readonly now: number
  readonly random: Random
}

const NOTHING: readonly NewEvent[] = []

/** What is said of an attempt after which its webhook is disabled, or its delivery exhausted. */
export function announcements(input: AnnouncementInput): readonly NewEvent[] {
  const { decision, delivery } = input
  if (OPERATIONAL_EVENT_KEYS.has(delivery.eventKey)) return NOTHING
  const events: NewEvent[] = []
  if (decision.disableWebhook !== null) events.push(webhookDisabled(input, decision.disableWebhook))
  if (decision.exhausted) events.push(deliveryExhausted(input))
  return events
}

/** What is said of a webhook whose health was evaluated. */
export function healthAnnouncement(input: {
  readonly webhook: EvaluatedWebhook
  readonly verdict: HealthVerdict
  /** Why it fails; undefined: it could not be read. */
  readonly report: HealthReport | undefined
  readonly now: number
  readonly random: Random
}): NewEvent {
  const { webhook, verdict, report } = input
  const { failingSince } = webhook
  const data = {
    webhook_id: webhook.id,
    url: webhook.url,
    ...(failingSince === null ? {} : { failing_since: new Date(failingSince).toISOString() }),
  }
  switch (verdict.kind) {
    case 'failing':
      return operationalEvent(input, 'webhook.failing', {
        ...data,
        failing_percent: verdict.percent,
        ...whyWords(report),
      })
    case 'disabled':
      return operationalEvent(input, 'webhook.disabled', {
        ...data,
        reason: 'failing',
        failing_percent: 100,
        ...whyWords(report),
      })
    case 'recovered':
      return operationalEvent(input, 'webhook.recovered', data)
  }
}

/** The same sentences as `GET /v1/webhooks/{id}/health`, in both languages: who reads them is not known. */
function whyWords(report: HealthReport | undefined): Readonly<Record<string, string>> {
  if (report === undefined) return {}
  const error = report.causes[0]?.latest?.error ?? null
  return {
    ...(error === null ? {} : { last_error: error }),
    summary: healthSummary(report, 'en'),
    summary_es: healthSummary(report, 'es'),
  }
}

function webhookDisabled(input: AnnouncementInput, reason: string): NewEvent {
  const { target, lastError } = input
  return operationalEvent(input, 'webhook.disabled', {
    webhook_id: target.webhookId,
    url: target.url,
    reason,
    ...(lastError === null ? {} : { last_error: lastError }),
  })
}

function deliveryExhausted(input: AnnouncementInput): NewEvent {
  const { delivery, lastError } = input
  return operationalEvent(input, 'delivery.exhausted', {
    delivery_id: delivery.id,
    webhook_id: delivery.webhookId,
    event_id: delivery.eventId,
    event_key: delivery.eventKey,
    attempts: delivery.attempts + 1,
    ...(lastError === null ? {} : { last_error: lastError }),
  })
}

function operationalEvent(
  input: Pick<AnnouncementInput, 'now' | 'random'>,
  type: string,
  data: Readonly<Record<string, unknown>>,
): NewEvent {
  const { now, random } = input
  const id = formatId('event', random.uuid(now))
  const envelope = JSON.stringify({ id, type, created_at: new Date(now).toISOString(), data })
  return { id, type, agentId: null, callId: null, createdAt: now, acceptedAt: now, envelope }
}
