// Owns the API key and the scopes (CONTRACT §2): a key belongs to one workspace and is shown once.
import Type from 'typebox'
import { Closed, Nullable, Time, Uuid, Words } from './schema.ts'

export const WORKSPACE_SCOPES = [
  'webhooks:read',
  'webhooks:write',
  'events:read',
  'events:write',
  'events:erase',
  'event-types:read',
  'event-types:write',
  'api-keys:read',
  'api-keys:write',
  'sources:read',
  'sources:write',
] as const
export type WorkspaceScope = (typeof WORKSPACE_SCOPES)[number]

/** `admin` is the instance's own: only the admin key has it. */
export type Scope = WorkspaceScope | 'admin'

export const ENVIRONMENTS = ['production', 'sandbox', 'staging', 'development'] as const
export type Environment = (typeof ENVIRONMENTS)[number]

/** `sk_live_…`, `sk_sbox_…` as on the public pages; the other two in the same manner. */
export const KEY_PREFIXES: Readonly<Record<Environment, string>> = {
  production: 'sk_live_',
  sandbox: 'sk_sbox_',
  staging: 'sk_stag_',
  development: 'sk_dev_',
}

export const API_KEYS_PER_WORKSPACE_MAX = 100

export const ApiKeyCreate = Closed({
  name: Type.String({ minLength: 1, maxLength: 120 }),
  scopes: Type.Array(Words(WORKSPACE_SCOPES), { minItems: 1, maxItems: WORKSPACE_SCOPES.length, uniqueItems: true }),
  environment: Type.Optional(Words(ENVIRONMENTS, { description: 'Omitted: production' })),
})
export type ApiKeyCreate = Type.Static<typeof ApiKeyCreate>

const shown = {
  id: Uuid,
  name: Type.String(),
  scopes: Type.Array(Words(WORKSPACE_SCOPES)),
  environment: Words(ENVIRONMENTS),
  keyPreview: Type.String({ examples: ['sk_live_4d4d...c8f0'] }),
  lastUsedAt: Nullable(Time),
  revokedAt: Nullable(Time),
  createdAt: Time,
}

export const ApiKey = Type.Object(shown)
export type ApiKey = Type.Static<typeof ApiKey>

export const CreatedApiKey = Type.Object({
  ...shown,
  key: Type.Optional(
    Type.String({
      description:
        'Shown once; kept as a hash. Absent in the response to a request that was repeated with its Idempotency-Key.',
    }),
  ),
})
export type CreatedApiKey = Type.Static<typeof CreatedApiKey>

/** `sk_live_4d4d...c8f0`: the prefix with 4 characters, three dots, the last 4. */
export function keyPreview(key: string): string {
  const start = key.lastIndexOf('_') + 1
  return `${key.slice(0, start + 4)}...${key.slice(-4)}`
}
