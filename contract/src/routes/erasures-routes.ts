// Owns the rows of the table of routes under "Events" that erase.

import { Erasure, ErasureCreate } from '../erasure.ts'
import type { Route } from './route.ts'

export const ERASURES_ROUTES = {
  createErasure: {
    method: 'POST',
    path: '/v1/erasures',
    tag: 'Events',
    summary: 'Erase the events of one call, with their deliveries and attempts',
    scope: 'events:erase',
    capability: null,
    body: ErasureCreate,
    status: 200,
    response: Erasure,
  },
} as const satisfies Readonly<Record<string, Route>>
