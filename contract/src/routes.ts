// Owns the table of routes: method, path, scope, schemas. The server registers them, OpenAPI and the docs are generated
// from them, and a generated test calls every one of them as a stranger.
import type Type from 'typebox'
import { API_KEYS_ROUTES } from './routes/api-keys-routes.ts'
import { CALLS_ROUTES } from './routes/calls-routes.ts'
import { DELIVERIES_ROUTES } from './routes/deliveries-routes.ts'
import { ERASURES_ROUTES } from './routes/erasures-routes.ts'
import { EVENT_TYPES_ROUTES } from './routes/event-types-routes.ts'
import { EVENTS_ROUTES } from './routes/events-routes.ts'
import { HEALTH_ROUTES } from './routes/health-routes.ts'
import { INSTANCE_ROUTES } from './routes/instance-routes.ts'
import { PORTAL_SESSIONS_ROUTES } from './routes/portal-sessions-routes.ts'
import { PULL_ROUTES } from './routes/pull-routes.ts'
import { REPLAYS_ROUTES } from './routes/replays-routes.ts'
import type { Route } from './routes/route.ts'
import { SESSION_ROUTES } from './routes/session-routes.ts'
import { SOURCES_ROUTES } from './routes/sources-routes.ts'
import { STATISTICS_ROUTES } from './routes/statistics-routes.ts'
import { SUBSCRIPTIONS_ROUTES } from './routes/subscriptions-routes.ts'
import { TEST_RECEIVERS_ROUTES } from './routes/test-receivers-routes.ts'
import { WEBHOOKS_ROUTES } from './routes/webhooks-routes.ts'

export { BODY_BYTES_MAX_DEFAULT, IDEMPOTENCY_KEY_PATTERN, type Route } from './routes/route.ts'

export const ROUTES = {
  ...WEBHOOKS_ROUTES,
  ...SUBSCRIPTIONS_ROUTES,
  ...EVENT_TYPES_ROUTES,
  ...EVENTS_ROUTES,
  ...CALLS_ROUTES,
  ...ERASURES_ROUTES,
  ...DELIVERIES_ROUTES,
  ...REPLAYS_ROUTES,
  ...PULL_ROUTES,
  ...STATISTICS_ROUTES,
  ...SOURCES_ROUTES,
  ...API_KEYS_ROUTES,
  ...PORTAL_SESSIONS_ROUTES,
  ...SESSION_ROUTES,
  ...TEST_RECEIVERS_ROUTES,
  ...INSTANCE_ROUTES,
  ...HEALTH_ROUTES,
} as const satisfies Readonly<Record<string, Route>>

export type RouteName = keyof typeof ROUTES

type Part<N extends RouteName, K extends 'params' | 'query' | 'body' | 'response'> =
  (typeof ROUTES)[N] extends Record<K, infer S extends Type.TSchema> ? Type.Static<S> : undefined

/** What a route's handler gets and gives, read off the table. */
export type RouteParams<N extends RouteName> = Part<N, 'params'>
export type RouteQuery<N extends RouteName> = Part<N, 'query'>
export type RouteBody<N extends RouteName> = Part<N, 'body'>
export type RouteResponse<N extends RouteName> = Part<N, 'response'>

/** Routes at instance level need no workspace: those of the admin and the open ones. */
export function isWorkspaceRoute(route: Route): boolean {
  return route.scope !== null && route.scope !== 'admin'
}
