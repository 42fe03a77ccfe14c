// Owns what a session may do, in the words of a portal's capabilities; a key says it in scopes. Pure.
import type { Capability, Scope, Session } from '@getsupervisor/agents-studio-sdk'

const SCOPES: Readonly<Record<Capability, Scope>> = {
  view: 'webhooks:read',
  manage: 'webhooks:write',
  secrets: 'webhooks:write',
  retry: 'webhooks:write',
  replay: 'webhooks:write',
  publish: 'events:write',
}

/** For what is closed to portals: whether a key has the scope. */
export function hasScope(
  { capabilities, scopes, kind }: Pick<Session, 'kind' | 'scopes' | 'capabilities'>,
  scope: Scope,
): boolean {
  if (kind === 'operator') return true
  return capabilities === null && (scopes?.includes(scope) ?? false)
}

/** @param scope of the route, where it is another than that of most routes of the capability */
export function isAllowed(session: Session, capability: Capability, scope: Scope = SCOPES[capability]): boolean {
  const { capabilities } = session
  return capabilities === null ? hasScope(session, scope) : capabilities.includes(capability)
}
