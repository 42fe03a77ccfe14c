// Owns what happens at the deliveries: looking at them and their attempts, and asking for one more attempt.
import { Refusal } from '@timbre/contract/errors.ts'
import type { DeliveryDetailRow, DeliveryFilter } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { HistoryList } from '../present/cursor.ts'
import { isoTime, parseTimeRange } from '../present/iso-time.ts'
import { presentAttempt } from '../present/present-attempt.ts'
import { presentDelivery, presentDeliverySummary } from '../present/present-delivery.ts'
import { knownEventId, knownId } from '../validation/known-id.ts'
import type { Call, Handlers } from './call.ts'
import { changeContext } from './change-context.ts'
import { findWebhook } from './find-webhook.ts'

type DeliveryRoutes =
  | 'listDeliveries'
  | 'findDelivery'
  | 'listWebhookDeliveries'
  | 'getDelivery'
  | 'listAttempts'
  | 'retryDelivery'

export function deliveryHandlers(api: Api): Pick<Handlers, DeliveryRoutes> {
  return {
    listDeliveries(call) {
      const { webhookId } = call.query
      const only = webhookId === undefined ? undefined : knownId('webhook', webhookId)
      return listDeliveries(api, call, only)
    },
    async findDelivery({ caller, params, language }) {
      const id = knownId('delivery', params.deliveryId)
      return presentDelivery(await requireDelivery(api, caller.workspaceId, undefined, id), language)
    },
    async listWebhookDeliveries(call) {
      const webhook = await findWebhook(api, call.caller, call.params.webhookId)
      return listDeliveries(api, call, webhook.id)
    },
    async getDelivery(call) {
      return presentDelivery(await findDelivery(api, call), call.language)
    },
    async listAttempts(call) {
      const list = new HistoryList(api, 'attempts', call.caller)
      const request = list.request(call.query)
      const { id } = await findDelivery(api, call)
      const history = await api.storage.listAttempts(call.caller.workspaceId, id, request)
      return list.present(request, history, (row) => presentAttempt(row, call.language))
    },
    retryDelivery: (call) => retryDelivery(api, call),
  }
}

async function listDeliveries(
  api: Api,
  { caller, query, language }: Call<'listDeliveries'> | Call<'listWebhookDeliveries'>,
  webhookId: string | undefined,
) {
  const { status, eventKey, eventId } = query
  const filter: DeliveryFilter = {
    webhookId,
    status,
    eventKey,
    eventId: eventId === undefined ? undefined : knownEventId(eventId),
    ...parseTimeRange(query),
  }
  const list = new HistoryList(api, 'deliveries', caller)
  const request = list.request(query)
  const history = await api.storage.listDeliveries(caller.workspaceId, filter, request)
  return list.present(request, history, (row) => presentDeliverySummary(row, language))
}

type DeliveryCall = Call<'getDelivery'> | Call<'listAttempts'> | Call<'retryDelivery'>

async function findDelivery(api: Api, call: DeliveryCall): Promise<DeliveryDetailRow> {
  const { webhookId, id } = idsOf(call)
  return requireDelivery(api, call.caller.workspaceId, webhookId, id)
}

/** @param webhookId undefined: of any webhook of the workspace */
async function requireDelivery(
  api: Api,
  workspaceId: string,
  webhookId: string | undefined,
  id: string,
): Promise<DeliveryDetailRow> {
  const row = await api.storage.findDelivery(workspaceId, webhookId, id)
  if (row === undefined) throw new Refusal('DELIVERY_NOT_FOUND', { id })
  return row
}

async function retryDelivery(api: Api, call: Call<'retryDelivery'>) {
  const { webhookId, id } = idsOf(call)
  const before = await findDelivery(api, call)
  const now = api.clock.now()
  const time = isoTime(now)
  // What the storage makes of it is known before: due now, under this time. So it can be kept in the same transaction.
  const response = {
    ...presentDeliverySummary(before, call.language),
    status: 'queued',
    updatedAt: time,
    nextAttemptAt: time,
  } as const
  const change = { now, action: 'delivery.retried', targetId: id, response } as const
  const context = changeContext(api, call, change)
  const row = await api.storage.retryDelivery(call.caller.workspaceId, webhookId, id, context)
  api.engine.wake(webhookId)
  api.feed.changed(call.caller.workspaceId)
  return presentDeliverySummary(row, call.language)
}

function idsOf({ params }: DeliveryCall): { webhookId: string; id: string } {
  return { webhookId: knownId('webhook', params.webhookId), id: knownId('delivery', params.deliveryId) }
}
