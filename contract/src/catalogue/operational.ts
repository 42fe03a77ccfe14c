// Owns the types that the service itself publishes about its own deliveries.
import type { BuiltInEventType } from './built-in-event-type.ts'
import { count, dataSchema, shortText, text, time } from './fields.ts'

const uuid = { type: 'string', format: 'uuid' } as const
const webhookFields = {
  webhook_id: uuid,
  url: { type: 'string' },
  reason: shortText,
  failing_since: time,
  failing_percent: { type: 'integer', enum: [50, 70, 90, 100] },
  last_error: text,
  summary: text,
  summary_es: text,
} as const

const WEBHOOK = { webhook_id: '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d', url: 'https://miapp.com/webhooks/supervisor' }
const FAILING_SINCE = '2025-08-19T16:00:00.000Z'

export const OPERATIONAL_EVENT_TYPES: readonly BuiltInEventType[] = [
  {
    key: 'webhook.failing',
    title: 'Webhook failing',
    description: 'Every attempt has failed for 50, 70 or 90 % of the time after which the webhook is disabled.',
    schema: dataSchema(['webhook_id', 'failing_since', 'failing_percent'], webhookFields),
    example: {
      ...WEBHOOK,
      failing_since: FAILING_SINCE,
      failing_percent: 50,
      last_error: 'The receiver answered 503.',
      summary:
        'No attempt has succeeded since 2025-08-19T16:00:00Z. 120 of 120 attempts since 2025-08-19T16:00:00Z failed. The receiver fails itself (5xx) (120 times). Look at its log, and at the proxy before it. Any 2xx counts as success.',
      summary_es:
        'Ningún intento ha tenido éxito desde el 2025-08-19T16:00:00Z. 120 de 120 intentos desde el 2025-08-19T16:00:00Z fallaron. El propio receptor falla (5xx) (120 veces). Mira su registro y el del proxy que tenga delante. Cualquier 2xx cuenta como éxito.',
    },
  },
  {
    key: 'webhook.disabled',
    title: 'Webhook disabled',
    description: 'The service switched a webhook off: the receiver answered 410, or failed for too long.',
    schema: dataSchema(['webhook_id', 'reason'], webhookFields),
    example: { ...WEBHOOK, reason: 'gone', last_error: 'The receiver answered 410.' },
  },
  {
    key: 'webhook.recovered',
    title: 'Webhook recovered',
    description: 'A delivery succeeded after the webhook had been reported as failing.',
    schema: dataSchema(['webhook_id'], webhookFields),
    example: { ...WEBHOOK, failing_since: FAILING_SINCE },
  },
  {
    key: 'delivery.exhausted',
    title: 'Delivery exhausted',
    description: 'A delivery failed at its last automatic attempt. It can be sent again manually or by a replay.',
    schema: dataSchema(['delivery_id', 'webhook_id', 'event_id'], {
      delivery_id: uuid,
      webhook_id: uuid,
      event_id: shortText,
      event_key: shortText,
      attempts: count,
      last_error: text,
    }),
    example: {
      delivery_id: '01990f2e-7b10-7d13-8e2f-6c8fa1b2d3f5',
      webhook_id: WEBHOOK.webhook_id,
      event_id: 'evt_01J7W8A4XK0N5Y6Z7Q8P9R0S1T',
      event_key: 'call.status.updated',
      attempts: 10,
      last_error: 'The receiver answered 503.',
    },
  },
]
