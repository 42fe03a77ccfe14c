// Owns who is calling: the credential behind a request, the workspace it acts in, and which routes are open to it.
import type { Scope } from '@timbre/contract/api-key.ts'
import type { Capability } from '@timbre/contract/portal-session.ts'
import type { Route } from '@timbre/contract/routes.ts'

export interface Caller {
  /** `admin`, or the id of the API key or the portal session. */
  readonly actor: string
  readonly isAdmin: boolean
  /** A portal session has none. */
  readonly scopes: ReadonlySet<Scope>
  /** Null: it is no portal session. */
  readonly capabilities: ReadonlySet<Capability> | null
  /** At instance level, where there is none, INSTANCE. */
  readonly workspaceId: string
}

/** Stands for "no workspace": routes at instance level, and their idempotency keys. */
export const INSTANCE = '00000000-0000-0000-0000-000000000000'

/** Whether a route is open to a caller, by its row in the table alone. */
export function isOpenTo(
  { scopes, capabilities }: Pick<Caller, 'scopes' | 'capabilities'>,
  { scope, capability }: Pick<Route, 'capability'> & { readonly scope: Scope | 'any' | null },
): boolean {
  if (capabilities !== null) return capability !== null && capabilities.has(capability)
  return scope === 'any' || (scope !== null && scopes.has(scope))
}
