// Owns what is shown at which path, and the door before all of it.

import { CSPProvider } from '@base-ui/react/csp-provider'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider, replaceEqualDeep } from '@tanstack/react-query'
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, RouterProvider } from '@tanstack/react-router'
import { hasRawNumber } from './browser/exact-json.ts'
import { readAuditFilter } from './screens/audit-log/audit-filter.ts'
import { readCallFilter } from './screens/calls/call-filter.ts'
import { readFilter } from './screens/deliveries/delivery-filter.ts'
import { readEventFilter } from './screens/events/event-filter.ts'
import { readOverviewSearch } from './screens/overview/span.ts'
import { readPublishSearch, readTestSearch } from './screens/publish/publish-search.ts'
import { isSignedOut, SessionProvider, useSessionState } from './session/session.tsx'
import { SignIn } from './session/sign-in.tsx'
import { Home } from './shell/home.tsx'
import { NoPage } from './shell/no-page.tsx'
import { Shell } from './shell/shell.tsx'
import { ErrorState } from './ui/states.tsx'

const root = createRootRoute({
  component: Shell,
  errorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
  notFoundComponent: NoPage,
})
const below = { getParentRoute: () => root }

const routes = [
  createRoute({
    ...below,
    path: '/',
    component: Home,
  }),
  createRoute({
    ...below,
    path: '/overview',
    validateSearch: readOverviewSearch,
    component: lazyRouteComponent(() => import('./screens/overview/overview-screen.tsx')),
  }),
  createRoute({
    ...below,
    path: '/instance',
    validateSearch: readOverviewSearch,
    component: lazyRouteComponent(() => import('./screens/instance/instance-screen.tsx')),
  }),
  createRoute({
    ...below,
    path: '/deliveries',
    validateSearch: readFilter,
    component: lazyRouteComponent(() => import('./screens/deliveries/deliveries-screen.tsx')),
  }),
  createRoute({
    ...below,
    path: '/deliveries/$deliveryId',
    validateSearch: readFilter,
    component: lazyRouteComponent(() => import('./screens/deliveries/delivery-page.tsx')),
  }),
  createRoute({
    ...below,
    path: '/calls',
    validateSearch: readCallFilter,
    component: lazyRouteComponent(() => import('./screens/calls/calls-screen.tsx')),
  }),
  createRoute({
    ...below,
    path: '/calls/$callId',
    component: lazyRouteComponent(() => import('./screens/calls/call-page.tsx')),
  }),
  createRoute({
    ...below,
    path: '/events',
    validateSearch: readEventFilter,
    component: lazyRouteComponent(() => import('./screens/events/events-screen.tsx')),
  }),
  createRoute({
    ...below,
    path: '/events/publish',
    validateSearch: readPublishSearch,
    component: lazyRouteComponent(() => import('./screens/publish/publish-page.tsx')),
  }),
  createRoute({
    ...below,
    path: '/events/test',
    validateSearch: readTestSearch,
    component: lazyRouteComponent(() => import('./screens/publish/test-page.tsx')),
  }),
  createRoute({
    ...below,
    path: '/event-types',
    component: lazyRouteComponent(() => import('./screens/event-types/event-types-screen.tsx')),
  }),
  createRoute({
    ...below,
    path: '/event-types/new',
    component: lazyRouteComponent(() => import('./screens/event-types/new-event-type-page.tsx')),
  }),
  createRoute({
    ...below,
    path: '/event-types/$key',
    component: lazyRouteComponent(() => import('./screens/event-types/event-type-page.tsx')),
  }),
  createRoute({
    ...below,
    path: '/event-types/$key/edit',
    component: lazyRouteComponent(() => import('./screens/event-types/edit-event-type-page.tsx')),
  }),
  createRoute({
    ...below,
    path: '/events/$eventId',
    component: lazyRouteComponent(() => import('./screens/events/event-page.tsx')),
  }),
  createRoute({
    ...below,
    path: '/verify',
    component: lazyRouteComponent(() => import('./screens/verify/verify-screen.tsx')),
  }),
  createRoute({
    ...below,
    path: '/sources',
    component: lazyRouteComponent(() => import('./screens/sources/sources-screen.tsx')),
  }),
  createRoute({
    ...below,
    path: '/sources/new',
    component: lazyRouteComponent(() => import('./screens/sources/new-source-page.tsx')),
  }),
  createRoute({
    ...below,
    path: '/sources/$sourceId',
    component: lazyRouteComponent(() => import('./screens/sources/source-page.tsx')),
  }),
  createRoute({
    ...below,
    path: '/sources/$sourceId/edit',
    component: lazyRouteComponent(() => import('./screens/sources/edit-source-page.tsx')),
  }),
  createRoute({
    ...below,
    path: '/webhooks',
    component: lazyRouteComponent(() => import('./screens/webhooks/webhooks-screen.tsx')),
  }),
  createRoute({
    ...below,
    path: '/webhooks/new',
    component: lazyRouteComponent(() => import('./screens/webhooks/new-webhook-page.tsx')),
  }),
  createRoute({
    ...below,
    path: '/webhooks/$webhookId',
    component: lazyRouteComponent(() => import('./screens/webhooks/webhook-page.tsx')),
  }),
  createRoute({
    ...below,
    path: '/webhooks/$webhookId/edit',
    component: lazyRouteComponent(() => import('./screens/webhooks/edit-webhook-page.tsx')),
  }),
  createRoute({
    ...below,
    path: '/keys',
    component: lazyRouteComponent(() => import('./screens/keys/keys-screen.tsx')),
  }),
  createRoute({
    ...below,
    path: '/portal-sessions',
    component: lazyRouteComponent(() => import('./screens/portal-sessions/portal-sessions-screen.tsx')),
  }),
  createRoute({
    ...below,
    path: '/workspaces',
    component: lazyRouteComponent(() => import('./screens/workspaces/workspaces-screen.tsx')),
  }),
  createRoute({
    ...below,
    path: '/audit-log',
    validateSearch: readAuditFilter,
    component: lazyRouteComponent(() => import('./screens/audit-log/audit-log-screen.tsx')),
  }),
  createRoute({
    ...below,
    path: '/test-receivers',
    component: lazyRouteComponent(() => import('./screens/test-receivers/test-receivers-screen.tsx')),
  }),
]

const router = createRouter({
  routeTree: root.addChildren(routes),
  scrollRestoration: true,
  defaultPreload: 'intent',
  // Texts only: an id of digits is no number.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const given = Object.entries(search).filter(([, value]) => value !== undefined)
    return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
  },
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

export function App() {
  return (
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <SessionProvider>
          <Door />
        </SessionProvider>
      </QueryClientProvider>
    </CSPProvider>
  )
}

function Door() {
  const { isStarting, session, signOut } = useSessionState()
  onSignedOut = () => session !== undefined && signOut('expired')
  if (isStarting) return null
  if (session === undefined) return <SignIn />
  return <RouterProvider router={router} />
}

let onSignedOut: () => void = () => {}
const onError = (error: unknown) => {
  if (isSignedOut(error)) onSignedOut()
}

const queries = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    // The client itself tries again, and says why it could not.
    queries: {
      retry: false,
      staleTime: 5000,
      networkMode: 'always',
      structuralSharing: (before, now) => (hasRawNumber(now) ? now : replaceEqualDeep(before, now)),
    },
    mutations: { networkMode: 'always' },
  },
})
