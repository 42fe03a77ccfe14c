// Owns the rows of the table of routes under "Portal sessions".
import { PageOf, PageQuery } from '../page.ts'
import { CreatedPortalSession, PortalSession, PortalSessionCreate } from '../portal-session.ts'
import { Closed, IdInput } from '../schema.ts'
import type { Route } from './route.ts'

const PortalSessionParams = Closed({ portalSessionId: IdInput('portalSession') })

export const PORTAL_SESSIONS_ROUTES = {
  createPortalSession: {
    method: 'POST',
    path: '/v1/portal-sessions',
    tag: 'Portal sessions',
    summary: 'Make a link, good once, to the portal of the workspace',
    scope: 'api-keys:write',
    capability: null,
    body: PortalSessionCreate,
    status: 201,
    response: CreatedPortalSession,
    reveals: ['link'],
  },
  listPortalSessions: {
    method: 'GET',
    path: '/v1/portal-sessions',
    tag: 'Portal sessions',
    summary: 'List portal sessions that have not ended, newest first',
    scope: 'api-keys:read',
    capability: null,
    query: Closed({ ...PageQuery }),
    status: 200,
    response: PageOf(PortalSession),
  },
  endPortalSession: {
    method: 'DELETE',
    path: '/v1/portal-sessions/:portalSessionId',
    tag: 'Portal sessions',
    summary: 'End a portal session at once',
    scope: 'api-keys:write',
    capability: null,
    params: PortalSessionParams,
    status: 204,
  },
  endPortalSessions: {
    method: 'DELETE',
    path: '/v1/portal-sessions',
    tag: 'Portal sessions',
    summary: 'End all portal sessions of the workspace at once',
    scope: 'api-keys:write',
    capability: null,
    status: 204,
  },
} as const satisfies Readonly<Record<string, Route>>
