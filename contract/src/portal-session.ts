// Owns the portal session (CONTRACT §2): a link, good once, that becomes a session of one workspace with a few capabilities.
// Must never show the link again: the list has what became of it.
import Type from 'typebox'
import { Closed, Nullable, Time, Uuid, Words } from './schema.ts'

/** What a portal session may do. Each row of the table of routes names the one that opens it. */
export const CAPABILITIES = ['view', 'manage', 'secrets', 'retry', 'replay', 'publish'] as const
export type Capability = (typeof CAPABILITIES)[number]

export const LOCALES = ['en', 'es'] as const
export type Locale = (typeof LOCALES)[number]

export const THEMES = ['light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

export const PORTAL_SESSIONS_PER_WORKSPACE_MAX = 10_000
/** A link is there to be followed at once, not to be kept. */
export const PORTAL_LINK_SECONDS = 600
const SECONDS_MIN = 60
const SECONDS_MAX = 7 * 24 * 3600

export const PortalSessionCreate = Closed({
  capabilities: Type.Array(Words(CAPABILITIES), { minItems: 1, maxItems: CAPABILITIES.length, uniqueItems: true }),
  expiresInSeconds: Type.Integer({
    minimum: SECONDS_MIN,
    maximum: SECONDS_MAX,
    description: `How long the session lives, counted from now; its link must be followed within ${PORTAL_LINK_SECONDS} s`,
  }),
  locale: Type.Optional(Nullable(Words(LOCALES), { description: 'Omitted or null: that of the browser' })),
  theme: Type.Optional(Nullable(Words(THEMES), { description: 'Omitted or null: that of the browser' })),
})
export type PortalSessionCreate = Type.Static<typeof PortalSessionCreate>

const shown = {
  id: Uuid,
  capabilities: Type.Array(Words(CAPABILITIES)),
  locale: Nullable(Words(LOCALES)),
  theme: Nullable(Words(THEMES)),
  createdBy: Type.String({ description: '`admin`, or the id of the API key' }),
  createdAt: Time,
  linkExpiresAt: Time,
  usedAt: Nullable(Time),
  lastSeenAt: Nullable(Time),
  expiresAt: Time,
}

export const PortalSession = Type.Object(shown)
export type PortalSession = Type.Static<typeof PortalSession>

export const CreatedPortalSession = Type.Object({
  ...shown,
  link: Type.Optional(
    Type.String({
      description:
        'Good once, and shown once. Absent in the response to a request that was repeated with its Idempotency-Key.',
    }),
  ),
})
export type CreatedPortalSession = Type.Static<typeof CreatedPortalSession>
