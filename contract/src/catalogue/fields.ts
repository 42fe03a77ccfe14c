// Owns the fields that several event types share, as JSON Schema 2020-12.
// Vendor enumerations (disconnection_reason, error_code) are open: unknown strings pass (CONTRACT §2).

export const text = { type: 'string', minLength: 1, maxLength: 10_000 } as const
export const shortText = { type: 'string', minLength: 1, maxLength: 256 } as const
export const uri = { type: 'string', format: 'uri', maxLength: 2048 } as const
export const count = { type: 'integer', minimum: 0 } as const
export const time = { type: 'string', format: 'date-time' } as const
/** E.164 (`+525538808448`) or a `sip:`/`sips:` address. */
export const number = { type: 'string', maxLength: 256, pattern: '^(\\+[1-9][0-9]{1,14}|sips?:.+)$' } as const

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

export const callFields = {
  call_id: shortText,
  call_status: { ...shortText, examples: ['registered', 'ongoing', 'ended', 'error'] },
  direction: { type: 'string', enum: ['inbound', 'outbound'] },
  from_number: number,
  to_number: number,
  agent_id: shortText,
  disconnection_reason: { ...shortText, examples: ['agent_hangup'] },
  duration_ms: count,
  recording_url: uri,
  public_log_url: uri,
  transcript: { type: 'string' },
  error_code: { ...shortText, examples: ['telephony_provider_unavailable'] },
  error_message: text,
} as const satisfies Properties
