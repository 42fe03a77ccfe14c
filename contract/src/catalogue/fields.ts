// Owns the fields that several event types share, as JSON Schema 2020-12.
// Must never refuse a real call: a refused event is a lost event (docs/concepts/events.md says why each field is as it is).

/** Of the service's own events, which it makes itself. */
export const text = { type: 'string', minLength: 1, maxLength: 10_000 } as const
export const shortText = { type: 'string', minLength: 1, maxLength: 256 } as const
export const count = { type: 'integer', minimum: 0 } as const
export const time = { type: 'string', format: 'date-time' } as const

/** What a provider said, or null where it is not known yet. */
const optionalText = { type: ['string', 'null'] } as const
export const optionalCount = { type: ['integer', 'null'], minimum: 0 } as const
/** Not `uri`, which is RFC 3986 and refuses `grabación.wav`. */
export const url = {
  type: ['string', 'null'],
  format: 'url',
  description: 'As the URL standard parses it',
  examples: ['https://example.com/recording.wav'],
} as const
/** Withheld numbers, short numbers, clients of a browser and digits without `+` are what providers send. */
export const number = {
  type: ['string', 'null'],
  minLength: 1,
  maxLength: 256,
  description: 'As the provider says it',
  examples: ['+525538808448', 'sip:ana@example.com', 'client:agent_1', 'anonymous', '911'],
} as const

type Properties = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** The schema of a type's `data`: the given fields are typed, some are required, others pass through. */
export function dataSchema(required: readonly string[], properties: Properties): Record<string, unknown> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: [...required],
    properties,
  }
}

/** One of the vendors' words, which are open: unknown ones pass (CONTRACT §2). */
export function openText(description: string, ...examples: readonly string[]) {
  return { ...optionalText, description, ...(examples.length === 0 ? {} : { examples }) }
}

export const CALL_STATUSES = ['registered', 'not_connected', 'ongoing', 'ended', 'error'] as const

export const callId = { ...shortText, description: 'The call; what `ordering: call` and erasures go by' } as const
export const errorCode = openText('Why it failed, as the provider says it', 'telephony_provider_unavailable')

export const callFields = {
  call_id: callId,
  call_status: openText('Where the call stands', ...CALL_STATUSES),
  direction: openText('Who called whom', 'inbound', 'outbound'),
  from_number: number,
  to_number: number,
  agent_id: openText('The agent; where it is a UUID, webhooks of that agent get the event'),
  disconnection_reason: openText('Why the call ended, as the provider says it', 'agent_hangup'),
  duration_ms: { ...optionalCount, description: 'How long the call took, in milliseconds' },
  recording_url: url,
  public_log_url: url,
  transcript: openText('What was said'),
  error_code: errorCode,
  error_message: openText('The error in words'),
} as const satisfies Properties
