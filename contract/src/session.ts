// Owns the session of a browser: what it is got for (a portal link, an API key, the admin key), and what it says of itself.
// Must never hold the cookie's value: only the browser has it.
import Type from 'typebox'
import { WORKSPACE_SCOPES } from './api-key.ts'
import { CAPABILITIES, LOCALES, THEMES } from './portal-session.ts'
import { Closed, IdInput, Nullable, Time, Uuid, Words } from './schema.ts'

export const SESSION_KINDS = ['operator', 'key', 'portal'] as const
export type SessionKind = (typeof SESSION_KINDS)[number]

/** Of a session that was got for a key: its end, and how long it lives without a request. The latter is for portals too. */
export const SESSION_SECONDS = 12 * 3600
export const SESSION_IDLE_SECONDS = 2 * 3600
/** Of one key; with one more the oldest ends. */
export const SESSIONS_PER_KEY_MAX = 100

/** Every write with a session carries it. */
export const CSRF_HEADER = 'x-csrf-token'

const CREDENTIAL_LENGTH_MAX = 512
const credential = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: CREDENTIAL_LENGTH_MAX, description }))

/** Exactly one of `portalToken`, `apiKey` with `workspaceId`, and `adminKey`; the handler says so. */
export const SessionCreate = Closed({
  portalToken: credential('What stands behind `#` in the link of a portal session'),
  apiKey: credential('An API key; `workspaceId` beside it'),
  workspaceId: Type.Optional(IdInput('workspace', 'The workspace of the API key')),
  adminKey: credential('The admin key'),
})
export type SessionCreate = Type.Static<typeof SessionCreate>

export const Session = Type.Object({
  kind: Words(SESSION_KINDS),
  workspaceId: Nullable(Uuid, {
    description: 'The workspace; null: an operator, who names one in `x-workspace-id` of each request',
  }),
  scopes: Nullable(Type.Array(Words([...WORKSPACE_SCOPES, 'admin'])), {
    description: 'What a key or an operator may do; null: a portal session',
  }),
  capabilities: Nullable(Type.Array(Words(CAPABILITIES)), {
    description: 'What a portal session may do; null: it is none',
  }),
  csrfToken: Type.String({ description: `For the header \`${CSRF_HEADER}\` of every request that is no GET` }),
  expiresAt: Type.String({
    ...Time,
    description: `When it ends, if it is not left alone for ${SESSION_IDLE_SECONDS} s before`,
  }),
  locale: Nullable(Words(LOCALES)),
  theme: Nullable(Words(THEMES)),
})
export type Session = Type.Static<typeof Session>
