// Owns what happens at /v1/webhooks/{id}/health: how a webhook fares, in words.
import { readHealth } from '../../insight/health/read-health.ts'
import type { Api } from '../api.ts'
import { presentHealth } from '../present/present-health.ts'
import type { Handlers } from './call.ts'
import { findWebhook } from './find-webhook.ts'

export function webhookHealthHandlers(api: Api): Pick<Handlers, 'getWebhookHealth'> {
  return {
    async getWebhookHealth({ caller, params, language }) {
      const { storage, clock } = api
      const webhook = await findWebhook(api, caller, params.webhookId)
      const now = clock.now()
      const [report, nextAttemptAt] = await Promise.all([
        readHealth(storage, webhook, now),
        storage.nextAttemptOf(webhook.workspaceId, webhook.id),
      ])
      return presentHealth(webhook.id, report, nextAttemptAt, language)
    },
  }
}
