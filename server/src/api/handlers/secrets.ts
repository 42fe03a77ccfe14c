// Owns what happens at /v1/webhooks/{id}/secret: revealing it, which is audited, and rotating it.
import { secretPreview } from '@timbre/contract/signature.ts'
import { OVERLAP_HOURS_DEFAULT } from '@timbre/contract/webhook.ts'
import type { Api } from '../api.ts'
import type { Call, Handlers } from '../call.ts'
import { changeContext } from '../change-context.ts'
import { findWebhook } from '../find-webhook.ts'
import { presentSecret } from '../present/present-webhook.ts'
import { newSecret, refuseSecret } from '../webhook-input.ts'

const HOUR_MS = 3_600_000

export function secretHandlers(api: Api): Pick<Handlers, 'getWebhookSecret' | 'rotateWebhookSecret'> {
  return {
    async getWebhookSecret(call) {
      const row = await findWebhook(api, call.caller, call.params.webhookId)
      const now = api.clock.now()
      // Written before it is shown: there is no reveal without its entry.
      await api.storage.addAuditEntry(
        changeContext(api, call, { now, action: 'webhook.secret_revealed', targetId: row.id }),
      )
      return presentSecret(api.vault.open(row.sealedSecret), row.previousSecretExpiresAt, now)
    },
    rotateWebhookSecret: (call) => rotateSecret(api, call),
  }
}

async function rotateSecret(api: Api, call: Call<'rotateWebhookSecret'>) {
  const row = await findWebhook(api, call.caller, call.params.webhookId)
  const now = api.clock.now()
  refuseSecret(call.body.secret)
  const secret = call.body.secret ?? newSecret(api)
  const { overlapHours = OVERLAP_HOURS_DEFAULT } = call.body
  const overlap = overlapHours === 0 ? null : { secret: row.sealedSecret, until: now + overlapHours * HOUR_MS }
  const answer = presentSecret(secret, overlap?.until ?? null, now)
  const context = changeContext(api, call, {
    now,
    action: 'webhook.secret_rotated',
    targetId: row.id,
    changedFields: ['secret'],
    answer,
  })
  const change = {
    sealedSecret: api.vault.seal(secret),
    secretPreview: secretPreview(secret),
    sealedPreviousSecret: overlap?.secret ?? null,
    previousSecretExpiresAt: overlap?.until ?? null,
  }
  await api.storage.updateWebhook(call.caller.workspaceId, row.id, change, context)
  api.engine.webhookChanged(row.id)
  return answer
}
