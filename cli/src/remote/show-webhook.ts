// Owns how one webhook is shown: what is sent where, and whether it arrives.
import type { Subscription } from '@getsupervisor/agents-studio-sdk'
import { colours } from '../frame/colours.ts'
import type { Column } from '../frame/output.ts'
import { timeText } from '../frame/times.ts'
import { activeCell, bothIds, idText } from './present/words.ts'
import type { Server } from './with-server.ts'

export const SUBSCRIPTION_COLUMNS: readonly Column<Subscription>[] = [
  { head: 'id', cell: ({ id }) => idText('subscription', id) },
  { head: 'state', cell: ({ isActive }) => activeCell(isActive) },
  { head: 'type', cell: ({ eventKey }) => eventKey },
  { head: 'since (UTC)', cell: ({ createdAt }) => timeText(createdAt) },
]

export async function showWebhook({ client, out }: Server, id: string): Promise<void> {
  const webhook = await client.webhooks.get(id)
  const { url, description, agentId, isActive, disabledReason, headers, ordering, rateLimitPerSecond } = webhook
  out.thing(webhook, [
    ['webhook', bothIds('webhook', webhook.id)],
    ['url', url],
    ['state', activeCell(isActive, disabledReason)],
    ['description', description],
    ['agent', agentId ?? 'all'],
    ['ordering', ordering === 'call' ? 'one at a time in each call' : 'none'],
    ['rate limit', rateLimitPerSecond === null ? null : `${rateLimitPerSecond} a second`],
    ['retries after', webhook.retrySchedule === null ? null : `${webhook.retrySchedule.join(', ')} s`],
    ['headers', headerText(headers)],
    ['secret', webhook.secretPreview],
    ['arrived', String(webhook.successCount)],
    ['failed', String(webhook.failureCount)],
    ['last delivery', webhook.lastDeliveryAt === null ? 'none yet' : `${timeText(webhook.lastDeliveryAt)} UTC`],
  ])
  if (out.isJson) return
  out.say()
  await out.list(client.webhooks.listSubscriptions(webhook.id, { limit: 100 }), SUBSCRIPTION_COLUMNS, {
    none: `It subscribes to nothing, and so gets nothing. "timbre subscriptions add ${idText('webhook', webhook.id)} call.completed" subscribes it.`,
  })
  if (disabledReason !== null)
    out.say(colours.yellow(`"timbre webhooks update ${idText('webhook', webhook.id)} --active" sends to it again.`))
}

function headerText(headers: Readonly<Record<string, string>>): string | null {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return lines.length === 0 ? null : lines.join(', ')
}
