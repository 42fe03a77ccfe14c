// Owns the source: a provider of calls that posts its own signed requests.

export const SOURCE_KINDS = [
  'retell',
  'twilio',
  'vapi',
  'telnyx',
  'elevenlabs',
  'livekit',
  'vonage',
  'plivo',
  'bland',
  'generic',
] as const
export type SourceKind = (typeof SOURCE_KINDS)[number]
