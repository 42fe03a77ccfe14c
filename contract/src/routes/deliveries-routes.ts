// Owns the rows of the table of routes under "Deliveries".

import Type from 'typebox'
import { Attempt } from '../attempt.ts'
import { Delivery, DeliverySummary } from '../delivery.ts'
import { DELIVERY_STATUSES } from '../delivery-status.ts'
import { DELIVERY_FRAME, DeliveryGap, GAP_FRAME } from '../delivery-stream.ts'
import { EventKey } from '../event-type.ts'
import { EVENT_ID_PATTERN } from '../ids.ts'
import { HistoryOf, HistoryQuery } from '../page.ts'
import { Closed, IdInput, Words } from '../schema.ts'
import type { Route } from './route.ts'
import { lastEventId, timeRange, WebhookParams } from './route-parts.ts'

const DeliveryParams = Closed({ webhookId: IdInput('webhook'), deliveryId: IdInput('delivery') })
const lastingFilters = {
  status: Type.Optional(Words(DELIVERY_STATUSES)),
  eventKey: Type.Optional(EventKey),
  eventId: Type.Optional(Type.String({ pattern: EVENT_ID_PATTERN })),
}
const deliveryFilters = {
  ...lastingFilters,
  ...timeRange,
  ...HistoryQuery,
}

export const DELIVERIES_ROUTES = {
  listDeliveries: {
    method: 'GET',
    path: '/v1/deliveries',
    tag: 'Deliveries',
    summary: 'List deliveries, newest first',
    scope: 'webhooks:read',
    capability: 'view',
    query: Closed({ webhookId: Type.Optional(IdInput('webhook')), ...deliveryFilters }),
    status: 200,
    response: HistoryOf(DeliverySummary),
  },
  streamDeliveries: {
    method: 'GET',
    path: '/v1/deliveries/stream',
    tag: 'Deliveries',
    summary: 'Watch deliveries live',
    scope: 'webhooks:read',
    capability: 'view',
    query: Closed({
      webhookId: Type.Optional(IdInput('webhook')),
      ...lastingFilters,
      ...lastEventId,
    }),
    status: 200,
    streams: { [DELIVERY_FRAME]: DeliverySummary, [GAP_FRAME]: DeliveryGap },
  },
  listWebhookDeliveries: {
    method: 'GET',
    path: '/v1/webhooks/:webhookId/deliveries',
    tag: 'Deliveries',
    summary: "List a webhook's deliveries",
    scope: 'webhooks:read',
    capability: 'view',
    params: WebhookParams,
    query: Closed(deliveryFilters),
    status: 200,
    response: HistoryOf(DeliverySummary),
  },
  findDelivery: {
    method: 'GET',
    path: '/v1/deliveries/:deliveryId',
    tag: 'Deliveries',
    summary: 'Get a delivery by its id alone',
    scope: 'webhooks:read',
    capability: 'view',
    params: Closed({ deliveryId: IdInput('delivery') }),
    status: 200,
    response: Delivery,
  },
  getDelivery: {
    method: 'GET',
    path: '/v1/webhooks/:webhookId/deliveries/:deliveryId',
    tag: 'Deliveries',
    summary: 'Get a delivery',
    scope: 'webhooks:read',
    capability: 'view',
    params: DeliveryParams,
    status: 200,
    response: Delivery,
  },
  listAttempts: {
    method: 'GET',
    path: '/v1/webhooks/:webhookId/deliveries/:deliveryId/attempts',
    tag: 'Deliveries',
    summary: "List a delivery's attempts, newest first",
    scope: 'webhooks:read',
    capability: 'view',
    params: DeliveryParams,
    query: Closed({ ...HistoryQuery }),
    status: 200,
    response: HistoryOf(Attempt),
  },
  retryDelivery: {
    method: 'POST',
    path: '/v1/webhooks/:webhookId/deliveries/:deliveryId/retry',
    tag: 'Deliveries',
    summary: 'Send a delivery again now',
    scope: 'webhooks:write',
    capability: 'retry',
    params: DeliveryParams,
    status: 202,
    response: DeliverySummary,
  },
} as const satisfies Readonly<Record<string, Route>>
