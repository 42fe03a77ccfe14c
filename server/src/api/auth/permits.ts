// Owns what a caller must hold beyond the scope of a route, by the body of the request. Asked before an answer that was kept is
// given again, as before the work.
// Must never look into the store: it knows the request and the caller.
import { Refusal } from '@timbre/contract/errors.ts'
import type { RouteName } from '@timbre/contract/routes.ts'
import type { Call } from '../handlers/call.ts'

/** Throws SCOPE_MISSING. */
export type Permit<N extends RouteName> = (call: Call<N>) => void

const PERMITS: { readonly [N in RouteName]?: Permit<N> } = {
  createApiKey: refuseWiderScopes,
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
