// Owns the webhook as tools show it: what it is, and how it fares. Must never show its secret, nor the value of a header.
import type { FailingCause, Webhook, WebhookHealth } from '@getsupervisor/agents-studio-sdk'
import { Nullable, Words } from '@timbre/contract/schema.ts'
import { DISABLED_REASONS, ORDERINGS, WEBHOOK_KINDS } from '@timbre/contract/webhook.ts'
import { FAILURE_CAUSES, HEALTH_STATES } from '@timbre/contract/webhook-health.ts'
import Type from 'typebox'
import { Untrusted, untrustedOrNull, untrustedUrl } from '../untrusted.ts'
import { shownId } from './ids.ts'
import { plain } from './plain.ts'

export const ShownWebhook = Type.Object({
  webhookId: Type.String(),
  kind: Words(WEBHOOK_KINDS),
  url: Type.Unsafe<Untrusted>({ ...Untrusted, description: 'Without its query' }),
  description: Nullable(Untrusted),
  agentId: Nullable(Type.String()),
  isActive: Type.Boolean(),
  disabledReason: Nullable(Words(DISABLED_REASONS)),
  ordering: Words(ORDERINGS),
  rateLimitPerSecond: Nullable(Type.Integer()),
  subscriptionCount: Type.Integer({ description: '0: it gets nothing' }),
  successCount: Type.Integer(),
  failureCount: Type.Integer(),
  lastDeliveryAt: Nullable(Type.String()),
  createdAt: Type.String(),
})
export type ShownWebhook = Type.Static<typeof ShownWebhook>

const ShownCause = Type.Object({
  cause: Words(FAILURE_CAUSES),
  attempts: Type.Integer({ description: 'That failed so' }),
  firstAt: Type.String(),
  lastAt: Type.String(),
  means: Type.String(),
  whatToDo: Type.String(),
  latestDeliveryId: Nullable(Type.String({ description: '`find` shows its evidence' })),
})

export const ShownHealth = Type.Object({
  webhookId: Type.String(),
  state: Words(HEALTH_STATES),
  summary: Type.String({ description: 'What fails since when, why, since which change, and what to do' }),
  failingSince: Nullable(Type.String()),
  lastSuccessAt: Nullable(Type.String()),
  nextAttemptAt: Nullable(Type.String()),
  attempts: Type.Integer(),
  failures: Type.Integer(),
  causes: Type.Array(ShownCause, { description: 'The most frequent first' }),
  change: Nullable(Type.String(), { description: 'What was changed between the last success and the first failure' }),
})
export type ShownHealth = Type.Static<typeof ShownHealth>

const DESCRIPTION_LENGTH_MAX = 300
const CAUSES_SHOWN = 5
const SUMMARY_LENGTH_MAX = 1200

export function shownWebhook(webhook: Webhook): ShownWebhook {
  const { id, kind, url, description, agentId, isActive, disabledReason, ordering } = webhook
  const { rateLimitPerSecond, subscriptionCount, successCount, failureCount, lastDeliveryAt, createdAt } = webhook
  return {
    webhookId: shownId('webhook', id),
    kind,
    url: untrustedUrl(url),
    description: untrustedOrNull(description, DESCRIPTION_LENGTH_MAX),
    agentId,
    isActive,
    disabledReason,
    ordering,
    rateLimitPerSecond,
    subscriptionCount,
    successCount,
    failureCount,
    lastDeliveryAt,
    createdAt,
  }
}

export function shownHealth(health: WebhookHealth): ShownHealth {
  const { state, failingSince, lastSuccessAt, nextAttemptAt, attempts, failures, change } = health
  return {
    webhookId: shownId('webhook', health.webhookId),
    state,
    summary: health.summary.slice(0, SUMMARY_LENGTH_MAX),
    failingSince,
    lastSuccessAt,
    nextAttemptAt,
    attempts,
    failures,
    causes: health.causes.slice(0, CAUSES_SHOWN).map(shownCause),
    change: change && plain(change.message),
  }
}

function shownCause({ cause, count, firstAt, lastAt, message, advice, latest }: FailingCause) {
  return {
    cause,
    attempts: count,
    firstAt,
    lastAt,
    means: plain(message),
    whatToDo: plain(advice),
    latestDeliveryId: latest && shownId('delivery', latest.deliveryId),
  }
}
