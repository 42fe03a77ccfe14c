// Owns the rows of the table of routes under "Subscriptions".

import Type from 'typebox'
import { PageOf, PageQuery } from '../page.ts'
import { Closed, IdInput } from '../schema.ts'
import { Subscription, SubscriptionCreate, SubscriptionUpdate } from '../subscription.ts'
import type { Route } from './route.ts'
import { WebhookParams } from './route-parts.ts'

const SubscriptionParams = Closed({ webhookId: IdInput('webhook'), subscriptionId: IdInput('subscription') })

export const SUBSCRIPTIONS_ROUTES = {
  createSubscription: {
    method: 'POST',
    path: '/v1/webhooks/:webhookId/subscriptions',
    tag: 'Subscriptions',
    summary: 'Subscribe to an event type',
    scope: 'webhooks:write',
    capability: 'manage',
    params: WebhookParams,
    body: SubscriptionCreate,
    status: 201,
    response: Subscription,
  },
  listSubscriptions: {
    method: 'GET',
    path: '/v1/webhooks/:webhookId/subscriptions',
    tag: 'Subscriptions',
    summary: 'List subscriptions',
    scope: 'webhooks:read',
    capability: 'view',
    params: WebhookParams,
    query: Closed({ isActive: Type.Optional(Type.Boolean()), ...PageQuery }),
    status: 200,
    response: PageOf(Subscription),
  },
  getSubscription: {
    method: 'GET',
    path: '/v1/webhooks/:webhookId/subscriptions/:subscriptionId',
    tag: 'Subscriptions',
    summary: 'Get a subscription',
    scope: 'webhooks:read',
    capability: 'view',
    params: SubscriptionParams,
    status: 200,
    response: Subscription,
  },
  updateSubscription: {
    method: 'PATCH',
    path: '/v1/webhooks/:webhookId/subscriptions/:subscriptionId',
    tag: 'Subscriptions',
    summary: 'Switch a subscription on or off',
    scope: 'webhooks:write',
    capability: 'manage',
    params: SubscriptionParams,
    body: SubscriptionUpdate,
    status: 200,
    response: Subscription,
  },
  deleteSubscription: {
    method: 'DELETE',
    path: '/v1/webhooks/:webhookId/subscriptions/:subscriptionId',
    tag: 'Subscriptions',
    summary: 'Delete a subscription',
    scope: 'webhooks:write',
    capability: 'manage',
    params: SubscriptionParams,
    status: 204,
  },
} as const satisfies Readonly<Record<string, Route>>
