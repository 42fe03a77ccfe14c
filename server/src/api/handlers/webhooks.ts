// Owns what happens at /v1/webhooks and /v1/webhooks/{id}.
import { Refusal } from '@timbre/contract/errors.ts'
import { secretPreview } from '@timbre/contract/signature.ts'
import { pullUrl, type WebhookCreate, type WebhookUpdate } from '@timbre/contract/webhook.ts'
import { webhookPlace } from '../../platform/vault.ts'
import type { SubscriptionRow, WebhookChange, WebhookRow } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { pageRequest, presentPage } from '../present/present-page.ts'
import { presentSubscription } from '../present/present-subscription.ts'
import { presentWebhook } from '../present/present-webhook.ts'
import { knownId } from '../validation/known-id.ts'
import { refuseRetrySchedule } from '../validation/retry-schedule-input.ts'
import { newSecret, refuseHeaders, refuseSecret, refuseTarget } from '../validation/webhook-input.ts'
import type { Call, Handlers } from './call.ts'
import { changeContext } from './change-context.ts'
import { findWebhook } from './find-webhook.ts'

type WebhookRoutes = 'createWebhook' | 'listWebhooks' | 'getWebhook' | 'updateWebhook' | 'deleteWebhook'

export function webhookHandlers(api: Api): Pick<Handlers, WebhookRoutes> {
  return {
    createWebhook: (call) => createWebhook(api, call),
    async listWebhooks({ caller, query }) {
      const request = pageRequest(query)
      const page = await api.storage.listWebhooks(caller.workspaceId, request)
      return presentPage(request, page, (row) => presentWebhook(row, api.vault, caller, api.clock.now()))
    },
    async getWebhook({ caller, params }) {
      return presentWebhook(await findWebhook(api, caller, params.webhookId), api.vault, caller, api.clock.now())
    },
    updateWebhook: (call) => updateWebhook(api, call),
    async deleteWebhook(call) {
      const id = knownId('webhook', call.params.webhookId)
      const change = { now: api.clock.now(), action: 'webhook.deleted', targetId: id } as const
      await api.storage.deleteWebhook(call.caller.workspaceId, id, changeContext(api, call, change))
      api.engine.webhookDeleted(id)
      return undefined
    },
  }
}

async function createWebhook(api: Api, call: Call<'createWebhook'>) {
  refuseTarget(call.body, api)
  refuseHeaders(call.body.headers ?? {}, api)
  refuseSecret(call.body.secret)
  refuseRetrySchedule(call.body.retrySchedule, api)
  const { workspaceId } = call.caller
  const { eventKeys } = call.body
  await refuseUnknownTypes(api, workspaceId, eventKeys ?? [])
  const now = api.clock.now()
  const row = newWebhook(api, workspaceId, call.body, now)
  const subscriptions = eventKeys?.map((eventKey): SubscriptionRow => {
    const id = api.random.uuid(now)
    return { id, workspaceId, webhookId: row.id, eventKey, isActive: true, createdAt: now, updatedAt: now }
  })
  const listed = { ...row, subscriptionCount: subscriptions?.length ?? 0 }
  const response = {
    ...presentWebhook(listed, api.vault, call.caller, now),
    ...(subscriptions === undefined ? {} : { subscriptions: subscriptions.map(presentSubscription) }),
  }
  const changedFields = Object.keys(call.body)
  const context = changeContext(api, call, {
    now,
    action: 'webhook.created',
    targetId: row.id,
    changedFields,
    response,
  })
  await api.storage.createWebhook(row, api.limits.webhooksPerWorkspace, context, subscriptions)
  return response
}

async function refuseUnknownTypes(api: Api, workspaceId: string, keys: readonly string[]): Promise<void> {
  for (const [index, key] of keys.entries()) {
    if ((await api.catalogue.find(workspaceId, key)) !== undefined) continue
    throw new Refusal('UNKNOWN_EVENT_TYPE', { key, path: `/eventKeys/${index}` })
  }
}

function newWebhook(api: Api, workspaceId: string, body: WebhookCreate, now: number): WebhookRow {
  const secret = body.secret ?? newSecret(api)
  const row = { id: api.random.uuid(now), workspaceId }
  return {
    ...row,
    kind: body.kind ?? 'push',
    agentId: agentIdOf(body) ?? null,
    url: body.url ?? pullUrl(row.id),
    description: body.description ?? null,
    isActive: body.isActive ?? true,
    sealedHeaders: api.vault.seal(JSON.stringify(body.headers ?? {}), webhookPlace('headers', row)),
    sealedSecret: api.vault.seal(secret, webhookPlace('secret', row)),
    secretPreview: secretPreview(secret),
    previousSecrets: [],
    ordering: body.ordering ?? 'none',
    rateLimitPerSecond: body.rateLimitPerSecond ?? null,
    retrySchedule: body.retrySchedule ?? null,
    disabledReason: null,
    failingSince: null,
    successCount: 0,
    failureCount: 0,
    lastDeliveryAt: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
  }
}

async function updateWebhook(api: Api, call: Call<'updateWebhook'>) {
  const { url, headers, retrySchedule } = call.body
  if (url !== undefined) {
    const { kind } = await findWebhook(api, call.caller, call.params.webhookId)
    refuseTarget({ kind, url }, api)
  }
  if (headers !== undefined) refuseHeaders(headers, api)
  refuseRetrySchedule(retrySchedule, api)
  const changedFields = Object.keys(call.body)
  // Nothing to change: no new version, no audit entry.
  if (changedFields.length === 0) {
    return presentWebhook(
      await findWebhook(api, call.caller, call.params.webhookId),
      api.vault,
      call.caller,
      api.clock.now(),
    )
  }
  const id = knownId('webhook', call.params.webhookId)
  const context = changeContext(api, call, {
    now: api.clock.now(),
    action: 'webhook.updated',
    targetId: id,
    changedFields,
  })
  const { workspaceId } = call.caller
  const row = await api.storage.updateWebhook(
    workspaceId,
    id,
    webhookChange(api, { workspaceId, id }, call.body),
    context,
  )
  api.engine.webhookChanged(id)
  return presentWebhook(row, api.vault, call.caller, api.clock.now())
}

function webhookChange(api: Api, row: Pick<WebhookRow, 'workspaceId' | 'id'>, body: WebhookUpdate): WebhookChange {
  const { headers, agentId, ...same } = body
  const agent = agentIdOf({ agentId })
  return {
    ...same,
    ...(agent === undefined ? {} : { agentId: agent }),
    ...(headers === undefined
      ? {}
      : { sealedHeaders: api.vault.seal(JSON.stringify(headers), webhookPlace('headers', row)) }),
  }
}

function agentIdOf({ agentId }: { readonly agentId?: string | null | undefined }): string | null | undefined {
  return typeof agentId === 'string' ? knownId('agent', agentId) : agentId
}
