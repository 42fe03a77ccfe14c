// Owns what happens at /v1/webhooks/{id}/subscriptions.
import { Refusal } from '@timbre/contract/errors.ts'
import type { SubscriptionRow } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { pageRequest, presentPage } from '../present/present-page.ts'
import { presentSubscription } from '../present/present-subscription.ts'
import { knownId } from '../validation/known-id.ts'
import type { Call, Handlers } from './call.ts'
import { changeContext } from './change-context.ts'
import { findWebhook } from './find-webhook.ts'

type SubscriptionRoutes =
  | 'createSubscription'
  | 'listSubscriptions'
  | 'getSubscription'
  | 'updateSubscription'
  | 'deleteSubscription'

export function subscriptionHandlers(api: Api): Pick<Handlers, SubscriptionRoutes> {
  return {
    createSubscription: (call) => createSubscription(api, call),
    async listSubscriptions({ caller, params, query }) {
      const webhook = await findWebhook(api, caller, params.webhookId)
      const request = pageRequest(query)
      const isActive = query.isActive ?? null
      const page = await api.storage.listSubscriptions(caller.workspaceId, webhook.id, isActive, request)
      return presentPage(request, page, presentSubscription)
    },
    async getSubscription(call) {
      return presentSubscription(await findSubscription(api, call))
    },
    updateSubscription: (call) => updateSubscription(api, call),
    async deleteSubscription(call) {
      const { webhookId, id } = idsOf(call)
      const change = { now: api.clock.now(), action: 'subscription.deleted', targetId: id } as const
      await api.storage.deleteSubscription(call.caller.workspaceId, webhookId, id, changeContext(api, call, change))
      return undefined
    },
  }
}

async function createSubscription(api: Api, call: Call<'createSubscription'>) {
  const { workspaceId } = call.caller
  const { eventKey, isActive = true } = call.body
  const webhook = await findWebhook(api, call.caller, call.params.webhookId)
  if ((await api.catalogue.find(workspaceId, eventKey)) === undefined) {
    throw new Refusal('UNKNOWN_EVENT_TYPE', { key: eventKey })
  }
  const now = api.clock.now()
  const row: SubscriptionRow = {
    id: api.random.uuid(now),
    workspaceId,
    webhookId: webhook.id,
    eventKey,
    isActive,
    createdAt: now,
    updatedAt: now,
  }
  const response = presentSubscription(row)
  const changedFields = Object.keys(call.body)
  const change = { now, action: 'subscription.created', targetId: row.id, changedFields, response } as const
  await api.storage.createSubscription(row, changeContext(api, call, change))
  return response
}

async function updateSubscription(api: Api, call: Call<'updateSubscription'>) {
  const { isActive } = call.body
  if (isActive === undefined) return presentSubscription(await findSubscription(api, call))
  const { webhookId, id } = idsOf(call)
  const changedFields = ['isActive']
  const change = { now: api.clock.now(), action: 'subscription.updated', targetId: id, changedFields } as const
  const context = changeContext(api, call, change)
  const row = await api.storage.updateSubscription(call.caller.workspaceId, webhookId, id, isActive, context)
  return presentSubscription(row)
}

type SubscriptionCall = Call<'getSubscription'> | Call<'updateSubscription'> | Call<'deleteSubscription'>

async function findSubscription(api: Api, call: SubscriptionCall): Promise<SubscriptionRow> {
  const { webhookId, id } = idsOf(call)
  const row = await api.storage.findSubscription(call.caller.workspaceId, webhookId, id)
  if (row === undefined) throw new Refusal('SUBSCRIPTION_NOT_FOUND', { id })
  return row
}

function idsOf({ params }: SubscriptionCall): { webhookId: string; id: string } {
  return { webhookId: knownId('webhook', params.webhookId), id: knownId('subscription', params.subscriptionId) }
}
