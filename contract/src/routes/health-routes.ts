// Owns the rows of the table of routes under "Health".
import { Health } from '../health.ts'
import type { Route } from './route.ts'

export const HEALTH_ROUTES = {
  healthLive: {
    method: 'GET',
    path: '/health/live',
    tag: 'Health',
    summary: 'The process is alive',
    scope: null,
    capability: null,
    status: 200,
    response: Health,
  },
  healthReady: {
    method: 'GET',
    path: '/health/ready',
    tag: 'Health',
    summary: 'Requests are served',
    scope: null,
    capability: null,
    status: 200,
    response: Health,
  },
} as const satisfies Readonly<Record<string, Route>>
