// Owns the table of providers.
import type { SourceKind } from '@timbre/contract/source.ts'
import type { Provider } from './provider.ts'
import { bland } from './providers/bland.ts'
import { elevenlabs } from './providers/elevenlabs.ts'
import { generic } from './providers/generic.ts'
import { livekit } from './providers/livekit.ts'
import { plivo } from './providers/plivo.ts'
import { retell } from './providers/retell.ts'
import { telnyx } from './providers/telnyx.ts'
import { twilio } from './providers/twilio.ts'
import { vapi } from './providers/vapi.ts'
import { vonage } from './providers/vonage.ts'

export const PROVIDERS: Readonly<Record<SourceKind, Provider>> = {
  retell,
  twilio,
  vapi,
  telnyx,
  elevenlabs,
  livekit,
  vonage,
  plivo,
  bland,
  generic,
}
