// Owns reading the configuration that a workspace has.
import type { Client } from '@getsupervisor/agents-studio-sdk'
import type { Present } from './configuration.ts'

export async function presentConfiguration(client: Client): Promise<Present> {
  const webhooks = []
  for await (const webhook of client.webhooks.list({ limit: 100 })) {
    const subscriptions = await all(client.webhooks.listSubscriptions(webhook.id, { limit: 100 }))
    webhooks.push({ webhook, subscriptions })
  }
  return { webhooks, eventTypes: await all(client.eventTypes.list({ limit: 100 })) }
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}
