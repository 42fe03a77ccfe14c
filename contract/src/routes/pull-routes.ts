// Owns the rows of the table of routes under "Pull".
import {
  ExtendedLease,
  LeaseExtension,
  Pull,
  PulledDeliveries,
  PullResults,
  RESULTS_BODY_BYTES_MAX,
  RecordedResults,
} from '../pull.ts'
import type { Route } from './route.ts'
import { WebhookParams } from './route-parts.ts'

export const PULL_ROUTES = {
  pullDeliveries: {
    method: 'POST',
    path: '/v1/webhooks/:webhookId/pull',
    tag: 'Pull',
    summary: 'Lease deliveries that are due, or wait for some',
    scope: 'webhooks:write',
    capability: null,
    params: WebhookParams,
    body: Pull,
    status: 200,
    response: PulledDeliveries,
  },
  recordPullResults: {
    method: 'POST',
    path: '/v1/webhooks/:webhookId/pull/results',
    tag: 'Pull',
    summary: 'Say what became of leased deliveries',
    scope: 'webhooks:write',
    capability: null,
    params: WebhookParams,
    body: PullResults,
    bodyBytesMax: RESULTS_BODY_BYTES_MAX,
    status: 200,
    response: RecordedResults,
  },
  extendPullLease: {
    method: 'POST',
    path: '/v1/webhooks/:webhookId/pull/extend',
    tag: 'Pull',
    summary: 'Keep a leased delivery for longer',
    scope: 'webhooks:write',
    capability: null,
    params: WebhookParams,
    body: LeaseExtension,
    status: 200,
    response: ExtendedLease,
  },
} as const satisfies Readonly<Record<string, Route>>
