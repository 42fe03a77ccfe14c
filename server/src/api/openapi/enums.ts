// Owns the names of the lists of words in the document: each is one component, wherever it is used.
import { ENVIRONMENTS, WORKSPACE_SCOPES } from '@timbre/contract/api-key.ts'
import { OUTCOMES, TRIGGERS } from '@timbre/contract/attempt.ts'
import { AUDIT_ACTIONS } from '@timbre/contract/audit-entry.ts'
import { DELIVERY_STATUSES } from '@timbre/contract/delivery-status.ts'
import { ERRORS } from '@timbre/contract/errors.ts'
import { SKIP_REASONS } from '@timbre/contract/event.ts'
import { STORAGE_BACKENDS } from '@timbre/contract/instance.ts'
import { CAPABILITIES, LOCALES, THEMES } from '@timbre/contract/portal-session.ts'
import { UNCOUNTED_REASONS } from '@timbre/contract/pull.ts'
import { REPLAY_SELECTIONS, REPLAY_STATUSES } from '@timbre/contract/replay.ts'
import { SESSION_KINDS } from '@timbre/contract/session.ts'
import { CALL_STATES, REFUSAL_CAUSES, SAMPLE_ENDS, SIGNED_WITH, SOURCE_KINDS } from '@timbre/contract/source.ts'
import { BUCKET_SIZES } from '@timbre/contract/statistics.ts'
import { DISABLED_REASONS, ORDERINGS, WEBHOOK_KINDS } from '@timbre/contract/webhook.ts'
import { FAILURE_CAUSES, HEALTH_STATES } from '@timbre/contract/webhook-health.ts'

interface Enum {
  readonly words: readonly string[]
  readonly description: string
}

export const ENUMS: Readonly<Record<string, Enum>> = {
  AttemptOutcome: { words: OUTCOMES, description: 'How an attempt ended' },
  AttemptTrigger: { words: TRIGGERS, description: 'What caused an attempt' },
  AuditAction: { words: AUDIT_ACTIONS, description: 'What was done' },
  Capability: { words: CAPABILITIES, description: 'What a portal session may do' },
  BucketSize: { words: BUCKET_SIZES, description: 'How wide a bucket of statistics is' },
  DeliveryStatus: {
    words: DELIVERY_STATUSES,
    description: 'Where a delivery stands: it waits, is being sent, has arrived, or has failed for good',
  },
  DisabledReason: {
    words: DISABLED_REASONS,
    description: 'Why the service disabled a webhook: `gone` (410 answered), `failing` (120 h of failures)',
  },
  Environment: { words: ENVIRONMENTS, description: 'What an API key is for: a label' },
  ErrorCode: { words: Object.keys(ERRORS), description: 'Every code of an error' },
  FailureCause: { words: FAILURE_CAUSES, description: 'Why attempts fail' },
  HealthState: {
    words: HEALTH_STATES,
    description:
      'How a webhook fares: its last attempt succeeded, none has since a time, it is not active, or nothing was sent',
  },
  Ordering: { words: ORDERINGS, description: 'Whether the events of one call arrive one at a time, in publish order' },
  Locale: { words: LOCALES, description: 'A language of the pages' },
  CallState: { words: CALL_STATES, description: 'Where a call stands' },
  SampleEnd: { words: SAMPLE_ENDS, description: 'How a call goes' },
  SignedWith: { words: SIGNED_WITH, description: 'What the messages of a test were signed with' },
  RefusalCause: { words: REFUSAL_CAUSES, description: "Why a provider's request was not taken" },
  ReplaySelection: { words: REPLAY_SELECTIONS, description: 'Which deliveries a replay queues' },
  ReplayStatus: { words: REPLAY_STATUSES, description: 'Where a replay stands' },
  Scope: { words: WORKSPACE_SCOPES, description: 'What an API key may do' },
  UncountedReason: { words: UNCOUNTED_REASONS, description: 'Why the result of a consumer is not an attempt' },
  WebhookKind: { words: WEBHOOK_KINDS, description: 'Whether events are sent to a webhook, or fetched by a consumer' },
  SessionKind: { words: SESSION_KINDS, description: 'What the session of a browser was got for' },
  SkipReason: { words: SKIP_REASONS, description: 'Why a webhook does not get an event' },
  StorageBackend: { words: STORAGE_BACKENDS, description: 'Where everything is kept' },
  Theme: { words: THEMES, description: 'A look of the pages' },
  SourceKind: { words: SOURCE_KINDS, description: 'A provider of calls' },
}

const NAMES = new Map(Object.entries(ENUMS).map(([name, { words }]) => [JSON.stringify(words), name]))

/** The component of a list of words; undefined: it has none. */
export function enumName(words: unknown): string | undefined {
  return NAMES.get(JSON.stringify(words))
}

export function enumSchemas(): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(ENUMS).map(([name, { words, description }]) => [
      name,
      { type: 'string', enum: [...words], description },
    ]),
  )
}
