// Owns the look-up of the webhook that a path names.
import { Refusal } from '@timbre/contract/errors.ts'
import type { ListedWebhookRow } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import type { Caller } from '../auth/caller.ts'
import { knownId } from '../validation/known-id.ts'

/** Throws WEBHOOK_NOT_FOUND, for another workspace's webhook too. */
export async function findWebhook(
  { storage }: Pick<Api, 'storage'>,
  caller: Caller,
  webhookId: string,
): Promise<ListedWebhookRow> {
  const id = knownId('webhook', webhookId)
  const row = await storage.findWebhook(caller.workspaceId, id)
  if (row === undefined) throw new Refusal('WEBHOOK_NOT_FOUND', { id })
  return row
}
