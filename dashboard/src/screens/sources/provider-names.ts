// Owns what each provider calls itself.
import type { SourceKind } from '@getsupervisor/agents-studio-sdk'

export const PROVIDER_NAMES: Readonly<Record<SourceKind, string>> = {
  retell: 'Retell',
  twilio: 'Twilio',
  vapi: 'Vapi',
  telnyx: 'Telnyx',
  elevenlabs: 'ElevenLabs',
  livekit: 'LiveKit',
  vonage: 'Vonage',
  plivo: 'Plivo',
  bland: 'Bland',
  generic: 'Generic HMAC',
}

export const PROVIDERS = Object.keys(PROVIDER_NAMES) as readonly SourceKind[] // of the table above
