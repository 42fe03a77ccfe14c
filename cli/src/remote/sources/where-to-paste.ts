// Owns where at each provider a source's URL is pasted: its own screens, in one line. docs/guides/sources-by-provider.md has all steps.
import type { SourceKind } from '@getsupervisor/agents-studio-sdk'

export const WHERE_TO_PASTE: Readonly<Record<SourceKind, string>> = {
  retell: 'Agents → your agent → Webhook settings: Agent Level Webhook URL',
  twilio:
    'Phone Numbers → your number → Voice: Call status changes; statusCallback and recordingStatusCallback of outbound calls',
  vapi: 'Assistant → Advanced → Server URL; of the Server Messages only status-update and end-of-call-report',
  telnyx: 'Voice → your application → Webhook URL, API version 2',
  elevenlabs: 'Agents → Settings → Post-call webhook: callback URL, with HMAC',
  livekit: 'Settings → Webhooks, with the API key of the secret',
  vonage: 'Applications → your application → Voice: Event URL, POST; not Answer URL',
  plivo: 'Applications → your application: Hangup URL, and Ring URL of the API; not Answer URL',
  bland: 'webhook of the call, or of the number',
  generic: 'where your gateway posts to',
}
