// Owns the rows of the table of routes under "Replays".
import { PageOf, PageQuery } from '../page.ts'
import { Replay, ReplayCreate } from '../replay.ts'
import { Closed, IdInput } from '../schema.ts'
import type { Route } from './route.ts'
import { WebhookParams } from './route-parts.ts'

const ReplayParams = Closed({ webhookId: IdInput('webhook'), replayId: IdInput('replay') })

export const REPLAYS_ROUTES = {
  createReplay: {
    method: 'POST',
    path: '/v1/webhooks/:webhookId/replays',
    tag: 'Replays',
    summary: 'Send again what a webhook did not get',
    scope: 'webhooks:write',
    capability: 'replay',
    params: WebhookParams,
    body: ReplayCreate,
    status: 202,
    response: Replay,
  },
  listReplays: {
    method: 'GET',
    path: '/v1/webhooks/:webhookId/replays',
    tag: 'Replays',
    summary: "List a webhook's replays, newest first",
    scope: 'webhooks:read',
    capability: 'view',
    params: WebhookParams,
    query: Closed({ ...PageQuery }),
    status: 200,
    response: PageOf(Replay),
  },
  getReplay: {
    method: 'GET',
    path: '/v1/webhooks/:webhookId/replays/:replayId',
    tag: 'Replays',
    summary: 'Get a replay and its progress',
    scope: 'webhooks:read',
    capability: 'view',
    params: ReplayParams,
    status: 200,
    response: Replay,
  },
  cancelReplay: {
    method: 'DELETE',
    path: '/v1/webhooks/:webhookId/replays/:replayId',
    tag: 'Replays',
    summary: 'Cancel a replay; what it has queued is still sent',
    scope: 'webhooks:write',
    capability: 'replay',
    params: ReplayParams,
    status: 204,
  },
} as const satisfies Readonly<Record<string, Route>>
