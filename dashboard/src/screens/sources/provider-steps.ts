// Owns which steps there are at each provider, and what is pasted in each. Their words are beside.
import type { SourceKind } from '@getsupervisor/agents-studio-sdk'
import type { useStepWords } from './step-words.ts'

export interface Step {
  readonly words: Parameters<ReturnType<typeof useStepWords>>[0]
  /** The URL of the source is pasted here. */
  readonly hasUrl?: true
}

export interface ProviderSteps {
  /** Where what it signs with is found. */
  readonly secret: Step['words']
  readonly steps: readonly Step[]
  /** It signs the URL, so that the public one must be set. */
  readonly signsUrl?: true
  /** How the HMAC is made can be declared. */
  readonly hasVerification?: true
  /** It can be asked what became of a call, with a key of its API: of its own, or the secret. */
  readonly asks?: 'own_key' | 'secret'
}

export const PROVIDER_STEPS: Readonly<Record<SourceKind, ProviderSteps>> = {
  retell: {
    secret: 'retellSecret',
    steps: [{ words: 'retellUrl', hasUrl: true }, { words: 'retellOnce' }],
    asks: 'secret',
  },
  twilio: {
    secret: 'twilioSecret',
    steps: [
      { words: 'twilioInbound', hasUrl: true },
      { words: 'twilioOutbound', hasUrl: true },
      { words: 'twilioRecording', hasUrl: true },
    ],
    signsUrl: true,
    asks: 'secret',
  },
  vapi: {
    secret: 'vapiSecret',
    steps: [{ words: 'vapiUrl', hasUrl: true }, { words: 'vapiMessages' }, { words: 'vapiRetries' }],
    hasVerification: true,
    asks: 'own_key',
  },
  telnyx: { secret: 'telnyxSecret', steps: [{ words: 'telnyxUrl', hasUrl: true }] },
  elevenlabs: {
    secret: 'elevenlabsSecret',
    steps: [{ words: 'elevenlabsUrl', hasUrl: true }, { words: 'elevenlabsAudio' }],
  },
  livekit: { secret: 'livekitSecret', steps: [{ words: 'livekitUrl', hasUrl: true }, { words: 'livekitKey' }] },
  vonage: { secret: 'vonageSecret', steps: [{ words: 'vonageUrl', hasUrl: true }, { words: 'vonageSigned' }] },
  plivo: {
    secret: 'plivoSecret',
    steps: [
      { words: 'plivoUrl', hasUrl: true },
      { words: 'plivoRecording', hasUrl: true },
    ],
    signsUrl: true,
  },
  bland: { secret: 'blandSecret', steps: [{ words: 'blandUrl', hasUrl: true }], asks: 'own_key' },
  generic: {
    secret: 'genericSecret',
    steps: [{ words: 'genericUrl', hasUrl: true }, { words: 'genericFields' }],
    hasVerification: true,
  },
}
