// Owns making one change of a plan, through the SDK.
import type { Client, EventTypeUpdate, WebhookUpdate } from '@getsupervisor/agents-studio-sdk'
import type { Change, Difference } from './plan.ts'

export async function carryOut(client: Client, change: Change): Promise<void> {
  switch (change.kind) {
    case 'create-type':
      return createType(client, change)
    case 'update-type':
      await client.eventTypes.update(change.type.key, after<EventTypeUpdate>(change.differences))
      return
    case 'create-webhook':
      await client.webhooks.create({
        ...change.fields,
        ...(change.wanted.kind === 'pull' ? { kind: 'pull' } : { url: change.wanted.url ?? '' }),
        ...(change.wanted.events === undefined ? {} : { eventKeys: [...change.wanted.events] }),
      })
      return
    case 'update-webhook':
      return updateWebhook(client, change)
    case 'delete-webhook':
      return client.webhooks.delete(change.present.webhook.id)
    case 'delete-type':
      return client.eventTypes.delete(change.key)
  }
}

/** A new one cannot be deprecated at once: that takes a second call. */
async function createType(client: Client, { type }: Change & { kind: 'create-type' }): Promise<void> {
  const { isDeprecated, ...fields } = type.fields
  await client.eventTypes.create({ key: type.key, ...fields })
  if (isDeprecated === true) await client.eventTypes.update(type.key, { isDeprecated })
}

async function updateWebhook(client: Client, change: Change & { kind: 'update-webhook' }): Promise<void> {
  const { id } = change.present.webhook
  if (change.differences.length > 0) await client.webhooks.update(id, after<WebhookUpdate>(change.differences))
  for (const eventKey of change.added) await client.webhooks.createSubscription(id, { eventKey })
  for (const subscription of change.removed) await client.webhooks.deleteSubscription(id, subscription.id)
}

/** The fields as the file has them; the server checks their types. */
function after<T>(differences: readonly Difference[]): T {
  return Object.fromEntries(differences.map((difference) => [difference.field, difference.after])) as T
}
