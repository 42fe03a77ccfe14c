// Owns the webhook: the URL a workspace wants its events at, and how they are to be sent there (seed, CONTRACT §2).
import Type from 'typebox'
import { EventKey } from './event-type.ts'
import { Closed, Count, IdInput, Nullable, OpenObject, TextMap, Time, Uuid, Words } from './schema.ts'
import { SECRET_LENGTH_MAX, SECRET_LENGTH_MIN } from './signature.ts'
import { Subscription } from './subscription.ts'

export const WEBHOOKS_PER_WORKSPACE_MAX = 100
export const WEBHOOK_URL_LENGTH_MAX = 2048
/** More are subscribed to one by one. */
export const EVENT_KEYS_LENGTH_MAX = 100
export const RETRY_SCHEDULE_LENGTH_MAX = 20
export const RETRY_DELAY_SECONDS_MAX = 7 * 24 * 3600
/** Of every wait but the first; free in development, and in the operator's own schedule. */
export const RETRY_DELAY_SECONDS_MIN = 5
export const OVERLAP_HOURS_DEFAULT = 24
/** Secrets that sign at once: the current one, and those replaced whose time has not ended (CONTRACT §2). */
export const SIGNING_SECRETS_MAX = 5
export const OVERLAP_HOURS_MAX = 168

export const WEBHOOK_KINDS = ['push', 'pull'] as const
export type WebhookKind = (typeof WEBHOOK_KINDS)[number]

export const ORDERINGS = ['none', 'call'] as const
export type Ordering = (typeof ORDERINGS)[number]

export const DISABLED_REASONS = ['gone', 'failing'] as const
export type DisabledReason = (typeof DISABLED_REASONS)[number]

const AgentIdInput = Nullable(IdInput('agent'), {
  description: 'null: events of all agents; set: only events of that agent',
})
const Description = Nullable(Type.String({ maxLength: 500 }))
const HeadersInput = TextMap({
  description: 'Own headers of every delivery. Names begin with `X-`; Authorization is never allowed.',
  examples: [{ 'X-Custom-Signature': 'allowed' }],
})
const SecretInput = Nullable(
  Type.String({ minLength: SECRET_LENGTH_MIN, maxLength: SECRET_LENGTH_MAX, pattern: '^[\\x20-\\x7e]*$' }),
  {
    description:
      'Printable ASCII; after `whsec_` the base64 of 16 to 64 bytes. Omitted or null: `whsec_` and base64 of 24 random bytes is made.',
  },
)
const RateLimitPerSecond = Nullable(Type.Integer({ minimum: 1, maximum: 1000 }), {
  description: 'Waiting for a turn is no failure and costs no attempt',
})
const RetrySchedule = Nullable(
  Type.Array(Type.Integer({ minimum: 0, maximum: RETRY_DELAY_SECONDS_MAX }), {
    minItems: 1,
    maxItems: RETRY_SCHEDULE_LENGTH_MAX,
  }),
  {
    description: `Seconds before each attempt, the first included; every later one at least ${RETRY_DELAY_SECONDS_MIN}; null: the service's schedule`,
  },
)
const url = (description: string) =>
  Type.String({
    minLength: 1,
    maxLength: WEBHOOK_URL_LENGTH_MAX,
    description,
    examples: ['https://miapp.com/webhooks/supervisor'],
  })

const changeable = {
  agentId: Type.Optional(AgentIdInput),
  description: Type.Optional(Description),
  isActive: Type.Optional(
    Type.Boolean({
      description: 'false: nothing is sent and nothing new is queued; what is queued waits. A new webhook: true',
    }),
  ),
  headers: Type.Optional(HeadersInput),
  ordering: Type.Optional(
    Words(ORDERINGS, {
      description:
        '`call`: events with the same `data.call_id` arrive one at a time in publish order. A new webhook: `none`',
    }),
  ),
  rateLimitPerSecond: Type.Optional(RateLimitPerSecond),
  retrySchedule: Type.Optional(RetrySchedule),
}

export const WebhookCreate = Closed({
  kind: Type.Optional(
    Words(WEBHOOK_KINDS, {
      description:
        '`pull`: nothing is sent; a consumer fetches its events, and it has no url. It cannot be changed. Omitted: `push`',
    }),
  ),
  url: Type.Optional(url('https, without credentials and fragment. Required for a push, refused for a pull')),
  ...changeable,
  secret: Type.Optional(SecretInput),
  eventKeys: Type.Optional(
    Type.Array(EventKey, {
      maxItems: EVENT_KEYS_LENGTH_MAX,
      uniqueItems: true,
      description: 'Event types to subscribe to at once, all or nothing. The response has the subscriptions',
    }),
  ),
})
export type WebhookCreate = Type.Static<typeof WebhookCreate>

export const WebhookUpdate = Closed({
  url: Type.Optional(url('https, without credentials and fragment')),
  ...changeable,
})
export type WebhookUpdate = Type.Static<typeof WebhookUpdate>

const previousSecretExpiresAt = Nullable(Time, {
  description:
    'Of a rotation: until then the replaced secret signs too. Else: when the last of the earlier secrets ends. Null: none signs',
})

const shown = {
  id: Uuid,
  kind: Words(WEBHOOK_KINDS),
  agentId: Nullable(Uuid),
  url: Type.String({ format: 'uri', description: 'Where its events are sent; `pull:<id>`: a consumer fetches them' }),
  description: Nullable(Type.String()),
  isActive: Type.Boolean(),
  headers: TextMap({
    description: 'The values are masked for a key without `webhooks:write`',
  }),
  secretPreview: Type.String({ description: '`whsec_` if it has it, 16 asterisks, the last 4 characters' }),
  previousSecretExpiresAt,
  ordering: Words(ORDERINGS),
  rateLimitPerSecond: Nullable(Type.Integer()),
  retrySchedule: Nullable(Type.Array(Type.Integer())),
  disabledReason: Nullable(Words(DISABLED_REASONS), {
    description: 'Why the service switched it off: `gone` (410 answered) or `failing` (120 h of failures)',
  }),
  successCount: Count('Deliveries that ended in success'),
  failureCount: Count('Deliveries that ended in failure'),
  subscriptionCount: Count('Its subscriptions, active or not. A webhook with none gets nothing'),
  lastDeliveryAt: Nullable(Time, { description: 'End of the last attempt' }),
  createdAt: Time,
  updatedAt: Time,
}

export const Webhook = Type.Object(shown)
export type Webhook = Type.Static<typeof Webhook>

/** The response to `POST /v1/webhooks`. */
export const CreatedWebhook = Type.Object({
  ...shown,
  subscriptions: Type.Optional(
    Type.Array(Subscription, { description: 'Where `eventKeys` were given: one for each, in their order' }),
  ),
})
export type CreatedWebhook = Type.Static<typeof CreatedWebhook>

export const WebhookSecret = Type.Object({ secret: Type.String(), previousSecretExpiresAt })
export type WebhookSecret = Type.Static<typeof WebhookSecret>

export const RotatedSecret = Type.Object({
  secret: Type.Optional(
    Type.String({ description: 'Absent in the response to a request that was repeated with its Idempotency-Key' }),
  ),
  previousSecretExpiresAt,
})
export type RotatedSecret = Type.Static<typeof RotatedSecret>

export const SecretRotate = Closed({
  secret: Type.Optional(SecretInput),
  overlapHours: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: OVERLAP_HOURS_MAX,
      description: `How long the replaced secret still signs; omitted: ${OVERLAP_HOURS_DEFAULT}. Earlier ones keep the time that they were promised`,
    }),
  ),
  endPrevious: Type.Optional(
    Type.Boolean({
      description:
        'True: secrets of earlier rotations end at once, whatever they were promised. For one that has leaked',
    }),
  ),
})
export type SecretRotate = Type.Static<typeof SecretRotate>

export const WebhookTest = Closed({
  eventKey: Type.String({ minLength: 1, maxLength: 128 }),
  data: Type.Optional(
    OpenObject({
      description:
        "Sent in place of the type's example, byte for byte. Checked against the type's schema, as that of a published event",
    }),
  ),
  currentSecretOnly: Type.Optional(
    Type.Boolean({
      description:
        'true: replaced secrets do not sign, so that the test shows whether the receiver verifies with the current one. Only for a push',
    }),
  ),
})
export type WebhookTest = Type.Static<typeof WebhookTest>

/** What stands for the url of a webhook of kind `pull`. */
export function pullUrl(webhookId: string): string {
  return `pull:${webhookId}`
}

export const WEBHOOK_EXAMPLE = {
  id: '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d',
  kind: 'push',
  agentId: null,
  url: 'https://miapp.com/webhooks/supervisor',
  description: 'Actualiza el CRM con el estado de la llamada',
  isActive: true,
  headers: { 'X-Custom-Signature': 'allowed' },
  secretPreview: 'whsec_****************c3Vw',
  previousSecretExpiresAt: null,
  ordering: 'none',
  rateLimitPerSecond: null,
  retrySchedule: null,
  disabledReason: null,
  successCount: 0,
  failureCount: 0,
  subscriptionCount: 1,
  lastDeliveryAt: null,
  createdAt: '2025-08-19T16:00:00.000Z',
  updatedAt: '2025-08-19T16:00:00.000Z',
} as const satisfies Webhook
