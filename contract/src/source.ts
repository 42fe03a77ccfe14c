// Owns the source: a provider of calls that posts its own signed requests, and what is kept of those that were refused (CONTRACT §2).
import Type from 'typebox'
import { Closed, IdInput, Nullable, TextMap, Time, Uuid, Words } from './schema.ts'
import { OVERLAP_HOURS_DEFAULT, OVERLAP_HOURS_MAX } from './webhook.ts'

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

/** Why a provider's request was not taken. */
export const REFUSAL_CAUSES = [
  'no_signature',
  'malformed_signature',
  'unknown_algorithm',
  'wrong_secret',
  'body_changed',
  'wrong_url',
  'too_old',
  'in_future',
  'no_body_hash',
  'not_readable',
  'needs_answer',
  'too_large',
] as const
export type RefusalCause = (typeof REFUSAL_CAUSES)[number]

/** What a status of a `generic` source may mean. */
export const CALL_STATES = ['registered', 'ongoing', 'ended', 'not_connected', 'error'] as const

export const SOURCES_PER_WORKSPACE_MAX = 100
/** Refused requests that are kept of a source. */
export const REFUSED_REQUESTS_MAX = 20
export const AGENT_MAP_MAX = 500
/** Of providers; ours are bounded by `signature.ts`. */
const SECRET_LENGTH_MAX = 512

const Pointer = Type.String({
  pattern: '^/',
  maxLength: 256,
  description: 'A JSON pointer into the payload (RFC 6901)',
})
const HeaderName = Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$' })

/** How an HMAC is made where the provider lets its users choose: Vapi and `generic`. */
export const SourceVerification = Closed({
  algorithm: Type.Optional(Words(['sha1', 'sha256', 'sha512'])),
  signatureHeader: Type.Optional(HeaderName),
  prefix: Type.Optional(Type.String({ maxLength: 32, description: 'Before the digest: `sha256=`' })),
  encoding: Type.Optional(Words(['hex', 'base64'])),
  timestampHeader: Type.Optional(Nullable(HeaderName, { description: 'null: no time is signed' })),
  payloadFormat: Type.Optional(
    Type.String({ maxLength: 256, description: 'What is signed, with `{body}`, `{timestamp}`, `{method}`, `{url}`' }),
  ),
  secretIsBase64: Type.Optional(Type.Boolean()),
  toleranceSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
})
export type SourceVerification = Type.Static<typeof SourceVerification>

/** Where in the payload of a `generic` source what is found. */
export const SourceFields = Closed({
  callId: Pointer,
  status: Pointer,
  statuses: Type.Unsafe<Record<string, (typeof CALL_STATES)[number]>>({
    type: 'object',
    additionalProperties: { type: 'string', enum: [...CALL_STATES] },
    maxProperties: 64,
    description: 'What a status means; one that is not named says nothing of where the call stands',
  }),
  event: Type.Optional(Pointer),
  id: Type.Optional(Pointer),
  time: Type.Optional(Pointer),
  sequence: Type.Optional(Pointer),
  direction: Type.Optional(Pointer),
  fromNumber: Type.Optional(Pointer),
  toNumber: Type.Optional(Pointer),
  agentId: Type.Optional(Pointer),
  reason: Type.Optional(Pointer),
  durationSeconds: Type.Optional(Pointer),
  recordingUrl: Type.Optional(Pointer),
  transcript: Type.Optional(Pointer),
  errorCode: Type.Optional(Pointer),
  errorMessage: Type.Optional(Pointer),
})
export type SourceFields = Type.Static<typeof SourceFields>

const Secret = Type.String({
  minLength: 8,
  maxLength: SECRET_LENGTH_MAX,
  pattern: '^[\\x21-\\x7e]+$',
  description: "What the provider signs with: an API key, an auth token, a signing secret; Telnyx's public key",
})
const AgentMapInput = Type.Unsafe<Record<string, string>>({
  type: 'object',
  additionalProperties: IdInput('agent'),
  maxProperties: AGENT_MAP_MAX,
  description: "By the provider's id of an agent, or by the number on our side of the call: the agent of the events",
})
const changeable = {
  publicUrl: Type.Optional(
    Nullable(Type.String({ maxLength: 1024 }), {
      description: 'Where the provider reaches this service, before `/sources/…`; Twilio and Plivo sign it',
    }),
  ),
  agentMap: Type.Optional(AgentMapInput),
  apiKey: Type.Optional(
    Nullable(Secret, {
      description:
        "Of the provider's API, to ask what became of a call of which it says nothing more. Of Retell and Twilio the secret will do",
    }),
  ),
  verification: Type.Optional(Nullable(SourceVerification)),
  fields: Type.Optional(Nullable(SourceFields)),
}
const Name = Type.String({ minLength: 1, maxLength: 120 })

export const SourceCreate = Closed({ name: Name, kind: Words(SOURCE_KINDS), secret: Secret, ...changeable })
export type SourceCreate = Type.Static<typeof SourceCreate>

export const SourceUpdate = Closed({
  name: Type.Optional(Name),
  secret: Type.Optional(Secret),
  overlapHours: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: OVERLAP_HOURS_MAX,
      description: `How long the secret that is replaced is still taken; omitted: ${OVERLAP_HOURS_DEFAULT}`,
    }),
  ),
  ...changeable,
})
export type SourceUpdate = Type.Static<typeof SourceUpdate>

export const Source = Type.Object({
  id: Uuid,
  name: Type.String(),
  kind: Words(SOURCE_KINDS),
  url: Type.String({ description: 'Where the provider posts to; without `publicUrl` the path alone' }),
  publicUrl: Nullable(Type.String()),
  secretPreview: Type.String({ description: '16 asterisks, the last 4 characters' }),
  previousSecretExpiresAt: Nullable(Time, { description: 'Until then the replaced secret is taken too' }),
  hasApiKey: Type.Boolean({ description: "Whether a key of the provider's API is kept" }),
  agentMap: TextMap({ description: "By the provider's id of an agent, or by our number: the agent" }),
  verification: Nullable(SourceVerification),
  fields: Nullable(SourceFields),
  lastSignalAt: Nullable(Time, { description: 'When something of it was taken last; tests do not count' }),
  createdAt: Time,
  updatedAt: Time,
})
export type Source = Type.Static<typeof Source>

export const RefusedRequest = Type.Object({
  receivedAt: Time,
  cause: Words(REFUSAL_CAUSES),
  message: Type.String({ description: 'What it means, and what to do' }),
  detail: Nullable(Type.String(), { description: 'What was found, where that helps' }),
  remoteAddress: Nullable(Type.String()),
  headers: TextMap({ description: 'Without credentials' }),
  body: Type.String({ description: 'The first 2 KiB' }),
  unkept: Type.Integer({ description: 'Refused before this one, since the one that was kept before, and not kept' }),
})
export type RefusedRequest = Type.Static<typeof RefusedRequest>

export const RefusedRequests = Type.Object({ data: Type.Array(RefusedRequest) })

/** Of the last messages that were taken. */
export const RECENT_SIGNALS_MAX = 50

/** How the call goes that a test of a source makes. */
export const SAMPLE_ENDS = ['answered', 'unanswered', 'failed'] as const
export type SampleEnd = (typeof SAMPLE_ENDS)[number]

export const SIGNED_WITH = ['secret', 'test_key'] as const

export const SourceTest = Closed({
  outcome: Type.Optional(Words(SAMPLE_ENDS, { description: 'How the call goes; omitted: `answered`' })),
})
export type SourceTest = Type.Static<typeof SourceTest>

export const SOURCE_EXAMPLE = {
  id: '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3e',
  name: 'Twilio, main number',
  kind: 'twilio',
  url: 'https://hooks.example.com/sources/AZkPLlQAezGcTS9qjhsMPQ',
  publicUrl: 'https://hooks.example.com',
  secretPreview: '****************6978',
  previousSecretExpiresAt: null,
  hasApiKey: false,
  agentMap: { '+12137771234': '3c90c3cc-0d44-4b50-8888-8dd25736052a' },
  verification: null,
  fields: null,
  lastSignalAt: '2025-08-19T16:01:00.000Z',
  createdAt: '2025-08-19T16:00:00.000Z',
  updatedAt: '2025-08-19T16:00:00.000Z',
} as const satisfies Source
