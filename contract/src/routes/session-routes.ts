// Owns the rows of the table of routes under "Session": for browsers, which keep it in a cookie.
import { Session, SessionCreate } from '../session.ts'
import type { Route } from './route.ts'

export const SESSION_ROUTES = {
  createSession: {
    method: 'POST',
    path: '/v1/session',
    tag: 'Session',
    summary: 'Sign in with the link of a portal, an API key or the admin key',
    scope: null,
    capability: null,
    body: SessionCreate,
    status: 200,
    response: Session,
    reveals: ['csrfToken'],
  },
  getSession: {
    method: 'GET',
    path: '/v1/session',
    tag: 'Session',
    summary: 'Get the session of this browser',
    scope: null,
    capability: null,
    status: 200,
    response: Session,
    reveals: ['csrfToken'],
  },
  endSession: {
    method: 'DELETE',
    path: '/v1/session',
    tag: 'Session',
    summary: 'Sign out',
    scope: null,
    capability: null,
    status: 204,
  },
} as const satisfies Readonly<Record<string, Route>>
