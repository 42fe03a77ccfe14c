// Owns the table of providers' signatures: what the server verifies, and the command line signs and verifies.
import type { SourceKind } from '../source.ts'
import { blandSignature } from './bland.ts'
import { elevenlabsSignature } from './elevenlabs.ts'
import { genericSignature } from './generic.ts'
import { livekitSignature } from './livekit.ts'
import { plivoSignature } from './plivo.ts'
import type { ProviderSignature } from './provider-signature.ts'
import { retellSignature } from './retell.ts'
import { telnyxSignature } from './telnyx.ts'
import { twilioSignature } from './twilio.ts'
import { vapiSignature } from './vapi.ts'
import { vonageSignature } from './vonage.ts'

export const PROVIDER_SIGNATURES: Readonly<Record<SourceKind, ProviderSignature>> = {
  retell: retellSignature,
  twilio: twilioSignature,
  vapi: vapiSignature,
  telnyx: telnyxSignature,
  elevenlabs: elevenlabsSignature,
  livekit: livekitSignature,
  vonage: vonageSignature,
  plivo: plivoSignature,
  bland: blandSignature,
  generic: genericSignature,
}
