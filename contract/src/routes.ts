// Owns the table of routes: method, path, scope, schemas. The server registers them, OpenAPI and the docs are generated
// from them, and a generated test calls every one of them as a stranger.
import Type from 'typebox'
import { ApiKey, ApiKeyCreate, CreatedApiKey, type Scope } from './api-key.ts'
import { Attempt, TestResult } from './attempt.ts'
import { AuditEntry } from './audit-entry.ts'
import { DELIVERY_STATUSES, Delivery, DeliverySummary, EventDetail } from './delivery.ts'
import {
  AcceptedEvent,
  AcceptedEventBatch,
  EVENT_BATCH_BYTES_MAX,
  EVENT_BODY_BYTES_MAX,
  EventPublish,
  EventPublishBatch,
  EventSummary,
} from './event.ts'
import { EventKey, EventType, EventTypeCreate, EventTypeUpdate } from './event-type.ts'
import { Health } from './health.ts'
import { EVENT_ID_PATTERN } from './ids.ts'
import { HistoryOf, HistoryQuery, PageOf, PageQuery } from './page.ts'
import { Closed, IdInput, Words } from './schema.ts'
import { Subscription, SubscriptionCreate, SubscriptionUpdate } from './subscription.ts'
import { SecretRotate, Webhook, WebhookCreate, WebhookSecret, WebhookTest, WebhookUpdate } from './webhook.ts'
import { Workspace, WorkspaceCreate, WorkspaceUpdate } from './workspace.ts'

export const BODY_BYTES_MAX_DEFAULT = 64 * 1024

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** `:name` marks a parameter, as Fastify writes it. */
  readonly path: string
  readonly tag: string
  readonly summary: string
  /** `null`: open to everybody (health, docs). */
  readonly scope: Scope | null
  readonly params?: Type.TSchema
  readonly query?: Type.TSchema
  readonly body?: Type.TSchema
  readonly bodyBytesMax?: number
  readonly status: 200 | 201 | 202 | 204
  readonly response?: Type.TSchema
}

const DateTime = Type.String({ format: 'date-time' })
const WebhookParams = Closed({ webhookId: IdInput('webhook') })
const SubscriptionParams = Closed({ webhookId: IdInput('webhook'), subscriptionId: IdInput('subscription') })
const DeliveryParams = Closed({ webhookId: IdInput('webhook'), deliveryId: IdInput('delivery') })
const EventTypeParams = Closed({ key: EventKey })
const EventParams = Closed({ eventId: Type.String({ pattern: EVENT_ID_PATTERN }) })
const ApiKeyParams = Closed({ apiKeyId: IdInput('apiKey') })
const WorkspaceParams = Closed({ workspaceId: IdInput('workspace') })

const timeRange = {
  since: Type.Optional(DateTime),
  until: Type.Optional(DateTime),
}
const deliveryFilters = {
  status: Type.Optional(Words(DELIVERY_STATUSES)),
  eventKey: Type.Optional(EventKey),
  eventId: Type.Optional(Type.String({ pattern: EVENT_ID_PATTERN })),
  ...timeRange,
  ...HistoryQuery,
}

export const ROUTES = {
  createWebhook: {
    method: 'POST',
    path: '/v1/webhooks',
    tag: 'Webhooks',
    summary: 'Create a webhook',
    scope: 'webhooks:write',
    body: WebhookCreate,
    status: 201,
    response: Webhook,
  },
  listWebhooks: {
    method: 'GET',
    path: '/v1/webhooks',
    tag: 'Webhooks',
    summary: 'List webhooks',
    scope: 'webhooks:read',
    query: Closed({ ...PageQuery }),
    status: 200,
    response: PageOf(Webhook),
  },
  getWebhook: {
    method: 'GET',
    path: '/v1/webhooks/:webhookId',
    tag: 'Webhooks',
    summary: 'Get a webhook',
    scope: 'webhooks:read',
    params: WebhookParams,
    status: 200,
    response: Webhook,
  },
  updateWebhook: {
    method: 'PATCH',
    path: '/v1/webhooks/:webhookId',
    tag: 'Webhooks',
    summary: 'Change a webhook',
    scope: 'webhooks:write',
    params: WebhookParams,
    body: WebhookUpdate,
    status: 200,
    response: Webhook,
  },
  deleteWebhook: {
    method: 'DELETE',
    path: '/v1/webhooks/:webhookId',
    tag: 'Webhooks',
    summary: 'Delete a webhook',
    scope: 'webhooks:write',
    params: WebhookParams,
    status: 204,
  },
  getWebhookSecret: {
    method: 'GET',
    path: '/v1/webhooks/:webhookId/secret',
    tag: 'Webhooks',
    summary: 'Reveal the signing secret',
    scope: 'webhooks:write',
    params: WebhookParams,
    status: 200,
    response: WebhookSecret,
  },
  rotateWebhookSecret: {
    method: 'POST',
    path: '/v1/webhooks/:webhookId/secret/rotate',
    tag: 'Webhooks',
    summary: 'Rotate the signing secret, with an overlap',
    scope: 'webhooks:write',
    params: WebhookParams,
    body: SecretRotate,
    status: 200,
    response: WebhookSecret,
  },
  testWebhook: {
    method: 'POST',
    path: '/v1/webhooks/:webhookId/test',
    tag: 'Webhooks',
    summary: 'Send the example of an event type now',
    scope: 'webhooks:write',
    params: WebhookParams,
    body: WebhookTest,
    status: 200,
    response: TestResult,
  },
  createSubscription: {
    method: 'POST',
    path: '/v1/webhooks/:webhookId/subscriptions',
    tag: 'Subscriptions',
    summary: 'Subscribe to an event type',
    scope: 'webhooks:write',
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
    params: SubscriptionParams,
    status: 204,
  },
  listEventTypes: {
    method: 'GET',
    path: '/v1/event-types',
    tag: 'Event types',
    summary: 'List the catalogue',
    scope: 'event-types:read',
    query: Closed({ ...PageQuery }),
    status: 200,
    response: PageOf(EventType),
  },
  getEventType: {
    method: 'GET',
    path: '/v1/event-types/:key',
    tag: 'Event types',
    summary: 'Get an event type',
    scope: 'event-types:read',
    params: EventTypeParams,
    status: 200,
    response: EventType,
  },
  createEventType: {
    method: 'POST',
    path: '/v1/event-types',
    tag: 'Event types',
    summary: 'Add an event type of your own',
    scope: 'event-types:write',
    body: EventTypeCreate,
    status: 201,
    response: EventType,
  },
  updateEventType: {
    method: 'PATCH',
    path: '/v1/event-types/:key',
    tag: 'Event types',
    summary: 'Change an event type of your own',
    scope: 'event-types:write',
    params: EventTypeParams,
    body: EventTypeUpdate,
    status: 200,
    response: EventType,
  },
  deleteEventType: {
    method: 'DELETE',
    path: '/v1/event-types/:key',
    tag: 'Event types',
    summary: 'Delete an event type of your own',
    scope: 'event-types:write',
    params: EventTypeParams,
    status: 204,
  },
  publishEvent: {
    method: 'POST',
    path: '/v1/events',
    tag: 'Events',
    summary: 'Publish an event',
    scope: 'events:write',
    body: EventPublish,
    bodyBytesMax: EVENT_BODY_BYTES_MAX,
    status: 202,
    response: AcceptedEvent,
  },
  publishEventBatch: {
    method: 'POST',
    path: '/v1/events/batch',
    tag: 'Events',
    summary: 'Publish up to 1000 events, all or nothing',
    scope: 'events:write',
    body: EventPublishBatch,
    bodyBytesMax: EVENT_BATCH_BYTES_MAX,
    status: 202,
    response: AcceptedEventBatch,
  },
  listEvents: {
    method: 'GET',
    path: '/v1/events',
    tag: 'Events',
    summary: 'List events, newest first',
    scope: 'events:read',
    query: Closed({
      type: Type.Optional(EventKey),
      callId: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
      id: Type.Optional(Type.String({ pattern: EVENT_ID_PATTERN })),
      ...timeRange,
      ...HistoryQuery,
    }),
    status: 200,
    response: HistoryOf(EventSummary),
  },
  getEvent: {
    method: 'GET',
    path: '/v1/events/:eventId',
    tag: 'Events',
    summary: 'Get an event with its deliveries',
    scope: 'events:read',
    params: EventParams,
    status: 200,
    response: EventDetail,
  },
  listDeliveries: {
    method: 'GET',
    path: '/v1/deliveries',
    tag: 'Deliveries',
    summary: 'List deliveries, newest first',
    scope: 'webhooks:read',
    query: Closed({ webhookId: Type.Optional(IdInput('webhook')), ...deliveryFilters }),
    status: 200,
    response: HistoryOf(DeliverySummary),
  },
  listWebhookDeliveries: {
    method: 'GET',
    path: '/v1/webhooks/:webhookId/deliveries',
    tag: 'Deliveries',
    summary: "List a webhook's deliveries",
    scope: 'webhooks:read',
    params: WebhookParams,
    query: Closed(deliveryFilters),
    status: 200,
    response: HistoryOf(DeliverySummary),
  },
  getDelivery: {
    method: 'GET',
    path: '/v1/webhooks/:webhookId/deliveries/:deliveryId',
    tag: 'Deliveries',
    summary: 'Get a delivery',
    scope: 'webhooks:read',
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
    params: DeliveryParams,
    status: 202,
    response: DeliverySummary,
  },
  listApiKeys: {
    method: 'GET',
    path: '/v1/api-keys',
    tag: 'API keys',
    summary: 'List API keys',
    scope: 'api-keys:read',
    query: Closed({ ...PageQuery }),
    status: 200,
    response: PageOf(ApiKey),
  },
  createApiKey: {
    method: 'POST',
    path: '/v1/api-keys',
    tag: 'API keys',
    summary: 'Create an API key, shown once',
    scope: 'api-keys:write',
    body: ApiKeyCreate,
    status: 201,
    response: CreatedApiKey,
  },
  revokeApiKey: {
    method: 'DELETE',
    path: '/v1/api-keys/:apiKeyId',
    tag: 'API keys',
    summary: 'Revoke an API key',
    scope: 'api-keys:write',
    params: ApiKeyParams,
    status: 204,
  },
  createWorkspace: {
    method: 'POST',
    path: '/v1/workspaces',
    tag: 'Instance',
    summary: 'Create a workspace',
    scope: 'admin',
    body: WorkspaceCreate,
    status: 201,
    response: Workspace,
  },
  listWorkspaces: {
    method: 'GET',
    path: '/v1/workspaces',
    tag: 'Instance',
    summary: 'List workspaces',
    scope: 'admin',
    query: Closed({ ...PageQuery }),
    status: 200,
    response: PageOf(Workspace),
  },
  getWorkspace: {
    method: 'GET',
    path: '/v1/workspaces/:workspaceId',
    tag: 'Instance',
    summary: 'Get a workspace',
    scope: 'admin',
    params: WorkspaceParams,
    status: 200,
    response: Workspace,
  },
  updateWorkspace: {
    method: 'PATCH',
    path: '/v1/workspaces/:workspaceId',
    tag: 'Instance',
    summary: 'Rename a workspace',
    scope: 'admin',
    params: WorkspaceParams,
    body: WorkspaceUpdate,
    status: 200,
    response: Workspace,
  },
  listAuditEntries: {
    method: 'GET',
    path: '/v1/audit-log',
    tag: 'Instance',
    summary: 'List management changes, newest first',
    scope: 'admin',
    query: Closed({ workspaceId: Type.Optional(IdInput('workspace')), ...HistoryQuery }),
    status: 200,
    response: HistoryOf(AuditEntry),
  },
  healthLive: {
    method: 'GET',
    path: '/health/live',
    tag: 'Health',
    summary: 'The process is alive',
    scope: null,
    status: 200,
    response: Health,
  },
  healthReady: {
    method: 'GET',
    path: '/health/ready',
    tag: 'Health',
    summary: 'Requests are served',
    scope: null,
    status: 200,
    response: Health,
  },
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
