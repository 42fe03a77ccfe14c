// Owns what happens at /v1/portal-sessions. A link is shown once, in the response that makes it, and kept as a hash.
// Must never decide whether a caller may give capabilities away: `permits.ts` does, before.
import { Refusal } from '@timbre/contract/errors.ts'
import { PORTAL_SESSIONS_PER_WORKSPACE_MAX } from '@timbre/contract/portal-session.ts'
import type { SessionRow } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { newToken, tokenHash } from '../auth/session-token.ts'
import { originOf } from '../http/origin-asked-for.ts'
import { pageRequest, presentPage } from '../present/present-page.ts'
import { linkExpiresAt, presentPortalSession } from '../present/present-session.ts'
import { knownId } from '../validation/known-id.ts'
import type { Call, Handlers } from './call.ts'
import { changeContext } from './change-context.ts'

type PortalSessionRoutes = 'createPortalSession' | 'listPortalSessions' | 'endPortalSession' | 'endPortalSessions'

export function portalSessionHandlers(api: Api): Pick<Handlers, PortalSessionRoutes> {
  return {
    createPortalSession: (call) => createPortalSession(api, call),
    async listPortalSessions({ caller, query }) {
      const request = pageRequest(query)
      const page = await api.storage.listPortalSessions(caller.workspaceId, api.clock.now(), request)
      return presentPage(request, page, presentPortalSession)
    },
    async endPortalSession(call) {
      const id = knownId('portalSession', call.params.portalSessionId)
      const change = { now: api.clock.now(), action: 'portal_session.ended', targetId: id } as const
      const session = { workspaceId: call.caller.workspaceId, id, kind: 'portal' } as const
      if (!(await api.storage.endSession(session, changeContext(api, call, change))))
        throw new Refusal('PORTAL_SESSION_NOT_FOUND', { id })
      return undefined
    },
    async endPortalSessions(call) {
      const { workspaceId } = call.caller
      const change = { now: api.clock.now(), action: 'portal_session.all_ended', targetId: workspaceId } as const
      await api.storage.endPortalSessions(workspaceId, changeContext(api, call, change))
      return undefined
    },
  }
}

async function createPortalSession(api: Api, call: Call<'createPortalSession'>) {
  const { capabilities, expiresInSeconds, locale = null, theme = null } = call.body
  const now = api.clock.now()
  const token = newToken(api.random)
  const times = { createdAt: now, expiresAt: now + expiresInSeconds * 1000 }
  const createdBy = call.caller.actor
  const row: SessionRow = {
    workspaceId: call.caller.workspaceId,
    id: api.random.uuid(now),
    kind: 'portal',
    linkHash: tokenHash(token, api.sessions.adminKeyHashOf({ createdBy })),
    hash: null,
    capabilities,
    locale,
    theme,
    createdBy,
    ...times,
    usedAt: null,
    lastSeenAt: null,
    livesUntil: linkExpiresAt(times),
  }
  const response = { ...presentPortalSession(row), link: linkOf(api, call, token) }
  const changedFields = Object.keys(call.body)
  const change = { now, action: 'portal_session.created', targetId: row.id, changedFields, response } as const
  await api.storage.createPortalSession(row, PORTAL_SESSIONS_PER_WORKSPACE_MAX, changeContext(api, call, change))
  return response
}

/** The token is behind `#`: no server, proxy or preview of the link is sent it (RFC 3986 §3.5). */
function linkOf({ browser }: Api, { headers }: Pick<Call<'createPortalSession'>, 'headers'>, token: string): string {
  return `${originOf(browser, headers)}/portal#${token}`
}
