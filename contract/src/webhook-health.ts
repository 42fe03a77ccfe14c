// Owns how a webhook fares, in words: what fails since when, why, since which change, and what to do.
import Type from 'typebox'
import { AUDIT_ACTIONS } from './audit-entry.ts'
import { Count, Nullable, Time, Uuid, Words } from './schema.ts'
import { DISABLED_REASONS } from './webhook.ts'

export const HEALTH_STATES = ['healthy', 'failing', 'disabled', 'idle'] as const
export type HealthState = (typeof HEALTH_STATES)[number]

/** Why an attempt failed, as far as it makes a difference to what is to be done. */
export const FAILURE_CAUSES = [
  'dns_failed',
  'blocked_address',
  'invalid_target',
  'connection_refused',
  'connection_reset',
  'connection_failed',
  'tls_failed',
  'certificate_expired',
  'certificate_not_yet_valid',
  'certificate_wrong_host',
  'certificate_self_signed',
  'certificate_unknown_authority',
  'certificate_chain_incomplete',
  'connect_timed_out',
  'response_timed_out',
  'body_timed_out',
  'invalid_response',
  'status_3xx',
  'status_401',
  'status_403',
  'status_404',
  'status_405',
  'status_410',
  'status_413',
  'status_429',
  'status_4xx',
  'status_5xx',
] as const
export type FailureCause = (typeof FAILURE_CAUSES)[number]

export const FailingCause = Type.Object({
  cause: Words(FAILURE_CAUSES),
  count: Count('Attempts that failed so, since `since`'),
  firstAt: Type.String({
    format: 'date-time',
    description: 'The beginning of the minute or hour of the first of them',
  }),
  lastAt: Type.String({ format: 'date-time', description: 'The beginning of the minute or hour of the last of them' }),
  message: Type.String({ description: 'What happens' }),
  advice: Type.String({ description: 'What to do' }),
  latest: Nullable(
    Type.Object({
      deliveryId: Type.String({ format: 'uuid', description: 'The delivery' }),
      at: Type.String({ format: 'date-time', description: 'When the attempt began' }),
      error: Nullable(Type.String({ description: 'What went wrong, in its own words' })),
    }),
    {
      description:
        'The last attempt that failed so, among those of the newest deliveries that have not arrived; null: none of them',
    },
  ),
})
export type FailingCause = Type.Static<typeof FailingCause>

export const HealthChange = Type.Object({
  action: Words(AUDIT_ACTIONS, { description: 'What was done' }),
  changedFields: Type.Array(Type.String(), { description: 'The names of the fields that changed' }),
  at: Type.String({ format: 'date-time', description: 'When' }),
  message: Type.String({ description: 'The same in words' }),
})
export type HealthChange = Type.Static<typeof HealthChange>

export const WebhookHealth = Type.Object({
  webhookId: Uuid,
  state: Words(HEALTH_STATES),
  summary: Type.String({ description: 'All of it in a few sentences' }),
  failingSince: Nullable(Time, { description: 'Since when no attempt has succeeded; null: the last one did' }),
  disabledReason: Nullable(Words(DISABLED_REASONS), {
    description: 'Why the service disabled it; null: it did not, and a person may have',
  }),
  lastSuccessAt: Nullable(Time, {
    description: 'The beginning of the minute or hour of the last success since `since`; null: there was none',
  }),
  nextAttemptAt: Nullable(Time, { description: 'When the next attempt is due; null: none waits for a time' }),
  since: Type.String({
    format: 'date-time',
    description: 'What is counted began then: 24 hours ago, or when the failing began, at most 35 days ago',
  }),
  attempts: Count('Attempts since then'),
  failures: Count('Of them those that failed'),
  causes: Type.Array(FailingCause, { description: 'Why they failed, the most frequent first' }),
  change: Nullable(HealthChange, {
    description:
      'The last change of the webhook between its last success and its first failure; of a receiver that answers 401 or 403 also a rotation of the week before, whose old secret signs no more; null: there was none',
  }),
})
export type WebhookHealth = Type.Static<typeof WebhookHealth>
