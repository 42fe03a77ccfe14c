// Owns what happens at /v1/stats and /v1/webhooks/{id}/stats: the counts of a range of time, and what has not ended yet.
import type { RouteQuery } from '@timbre/contract/routes.ts'
import type { Statistics } from '@timbre/contract/statistics.ts'
import type { WebhookRow } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { presentCounted } from '../present/present-statistics.ts'
import { askedBuckets } from './asked-buckets.ts'
import type { Handlers } from './call.ts'
import { findWebhook } from './find-webhook.ts'
import { readBacklog } from './read-backlog.ts'

export function statisticsHandlers(api: Api): Pick<Handlers, 'getStatistics' | 'getWebhookStatistics'> {
  return {
    getStatistics: ({ caller, query }) => getStatistics(api, caller.workspaceId, null, query),
    async getWebhookStatistics({ caller, params, query }) {
      const webhook = await findWebhook(api, caller, params.webhookId)
      return getStatistics(api, caller.workspaceId, webhook, query)
    },
  }
}

async function getStatistics(
  api: Api,
  workspaceId: string,
  webhook: WebhookRow | null,
  query: RouteQuery<'getStatistics'>,
): Promise<Statistics> {
  const now = api.clock.now()
  const webhookId = webhook?.id ?? null
  const [asked, backlog] = await Promise.all([
    askedBuckets(api, { workspaceId, webhookId }, query, now),
    readBacklog(api, workspaceId, webhook, now),
  ])
  return { webhookId, ...presentCounted(asked), backlog }
}
