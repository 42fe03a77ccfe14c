// Owns which scopes there are, and which of them a session has and so may give to a new key. Pure.
import type { Scope, Session } from '@getsupervisor/agents-studio-sdk'
import { hasScope } from './is-allowed.ts'

/** In the order in which they are offered: what most programs need first. */
const ORDER: Readonly<Record<Scope, number>> = {
  'events:write': 1,
  'events:read': 2,
  'webhooks:read': 3,
  'webhooks:write': 4,
  'event-types:read': 5,
  'event-types:write': 6,
  'sources:read': 7,
  'sources:write': 8,
  'api-keys:read': 9,
  'api-keys:write': 10,
  'events:erase': 11,
}
const SCOPES = Object.keys(ORDER) as readonly Scope[] // the keys of the table are the scopes

/** An operator has all of them; a portal none. */
export function heldScopes(session: Pick<Session, 'kind' | 'scopes' | 'capabilities'>): readonly Scope[] {
  return SCOPES.filter((scope) => hasScope(session, scope))
}
