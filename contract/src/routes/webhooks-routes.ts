// Owns the rows of the table of routes under "Webhooks".
import { TestResult } from '../attempt.ts'
import { PageOf, PageQuery } from '../page.ts'
import { Closed } from '../schema.ts'
import { SecretRotate, Webhook, WebhookCreate, WebhookSecret, WebhookTest, WebhookUpdate } from '../webhook.ts'
import type { Route } from './route.ts'
import { WebhookParams } from './route-parts.ts'

export const WEBHOOKS_ROUTES = {
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
} as const satisfies Readonly<Record<string, Route>>
