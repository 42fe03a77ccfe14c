// Owns what happens at /v1/webhooks/{id}/secret: revealing it, which is audited, and rotating it.
import { secretPreview } from '@timbre/contract/signature.ts'
import { OVERLAP_HOURS_DEFAULT } from '@timbre/contract/webhook.ts'
import { webhookPlace } from '../../platform/vault.ts'
import type { Api } from '../api.ts'
import { presentSecret, previousSecretsEnd } from '../present/present-webhook.ts'
import { newSecret, refuseSecret } from '../validation/webhook-input.ts'
import type { Call, Handlers } from './call.ts'
import { changeContext } from './change-context.ts'
import { findWebhook } from './find-webhook.ts'
import { previousSecrets } from './previous-secrets.ts'

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
      const secret = api.vault.open(row.sealedSecret, webhookPlace('secret', row))
      return presentSecret(secret, previousSecretsEnd(row, now))
    },
    rotateWebhookSecret: (call) => rotateSecret(api, call),
  }
}

/** Each turn that comes second begins again from what the first one wrote, so that no secret is lost that was shown. */
async function rotateSecret(api: Api, call: Call<'rotateWebhookSecret'>) {
  refuseSecret(call.body.secret)
  const secret = call.body.secret ?? newSecret(api)
  const { overlapHours = OVERLAP_HOURS_DEFAULT, endPrevious = false } = call.body
  for (;;) {
    const row = await findWebhook(api, call.caller, call.params.webhookId)
    const now = api.clock.now()
    const until = overlapHours === 0 ? null : now + overlapHours * HOUR_MS
    const previous = previousSecrets(row, api.vault, { now, until, endPrevious })
    const response = presentSecret(secret, until)
    const change = {
      now,
      action: 'webhook.secret_rotated',
      targetId: row.id,
      changedFields: ['secret'],
      response,
    } as const
    const rotation = {
      replaces: row.sealedSecret,
      sealedSecret: api.vault.seal(secret, webhookPlace('secret', row)),
      secretPreview: secretPreview(secret),
      previousSecrets: previous,
    }
    const context = changeContext(api, call, change)
    if (!(await api.storage.rotateSecret(call.caller.workspaceId, row.id, rotation, context))) continue
    api.engine.webhookChanged(row.id)
    return response
  }
}
