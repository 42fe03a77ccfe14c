// Owns what is shown at which path, and the door before all of it.

import { CSPProvider } from '@base-ui/react/csp-provider'
import { NotFoundError } from '@getsupervisor/agents-studio-sdk'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  RouterProvider,
  redirect,
} from '@tanstack/react-router'
import { readFilter } from './screens/deliveries/delivery-filter.ts'
import { isSignedOut, SessionProvider, useSessionState } from './session/session.tsx'
import { SignIn } from './session/sign-in.tsx'
import { Shell } from './shell/shell.tsx'
import { ErrorState } from './ui/states.tsx'

const NO_PAGE = new NotFoundError({ code: 'ROUTE_NOT_FOUND', status: 404, message: '' })

const root = createRootRoute({
  component: Shell,
  errorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
  notFoundComponent: () => <ErrorState error={NO_PAGE} />,
})
const below = { getParentRoute: () => root }

const routes = [
  createRoute({
    ...below,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: '/deliveries', replace: true })
    },
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
  const { session, signOut } = useSessionState()
  onSignedOut = () => signOut('expired')
  return session === undefined ? <SignIn /> : <RouterProvider router={router} />
}

let onSignedOut = () => {}
const onError = (error: unknown) => {
  if (isSignedOut(error)) onSignedOut()
}

const queries = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache(),
  defaultOptions: {
    // The client itself tries again, and says why it could not.
    queries: { retry: false, staleTime: 5000, networkMode: 'always' },
    mutations: { networkMode: 'always' },
  },
})
