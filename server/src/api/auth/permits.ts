// Owns what a caller must hold beyond the scope of a route, by the body of the request. Asked before a response that was kept is
// given again, as before the work.
// Must never look into the store: it knows the request and the caller.
import { Refusal } from '@timbre/contract/errors.ts'
import { ROUTES, type Route, type RouteName } from '@timbre/contract/routes.ts'
import type { Call } from '../handlers/call.ts'
import { isOpenTo } from './caller.ts'

/** Throws SCOPE_MISSING. */
export type Permit<N extends RouteName> = (call: Call<N>) => void

const PERMITS: { readonly [N in RouteName]?: Permit<N> } = {
  createApiKey: refuseWiderScopes,
  createPortalSession: refuseWiderCapabilities,
}

/** Throws SCOPE_MISSING when the caller may not make this request, although the route is open to it. */
export function refuseUnpermitted(name: RouteName, call: Call<RouteName>): void {
  // A row and the calls of its route have the same name; the compiler cannot see that through a look-up.
  const permit = PERMITS[name] as Permit<RouteName> | undefined
  permit?.(call)
}

/** Nobody makes a key that can do more than their own. */
function refuseWiderScopes({ caller, body }: Call<'createApiKey'>): void {
  const scope = body.scopes.find((wanted) => !caller.scopes.has(wanted))
  if (scope !== undefined) throw new Refusal('SCOPE_MISSING', { scope })
}

/** Nobody makes a portal that can do more than their own key: a capability stands for the scopes of the routes that it opens. */
function refuseWiderCapabilities({ caller, body }: Call<'createPortalSession'>): void {
  const wanted = (Object.values(ROUTES) as readonly Route[]).filter(
    ({ capability }) => capability !== null && body.capabilities.includes(capability),
  )
  const missing = wanted.find((route) => !isOpenTo(caller, route))
  if (missing !== undefined) throw new Refusal('SCOPE_MISSING', { scope: missing.scope })
}
