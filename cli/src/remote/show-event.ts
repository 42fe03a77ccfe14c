// Owns how one event is shown: its data, what became of it at each webhook, and why other webhooks did not get it.
import type { EventDetail } from '@getsupervisor/agents-studio-sdk'
import { colours } from '../frame/colours.ts'
import { shown, textTable } from '../frame/text-table.ts'
import { timeText } from '../frame/times.ts'
import { idText, skipText, statusCell } from './present/words.ts'
import type { Server } from './with-server.ts'

export async function showEvent({ client, out }: Server, id: string): Promise<void> {
  const event = await client.events.get(id)
  out.thing(event, [
    ['event', event.id],
    ['type', event.type],
    ['created', `${timeText(event.createdAt)} UTC`],
    ['call', event.callId],
    ['agent', event.agentId],
  ])
  if (out.isJson) return
  for (const line of [...deliveryLines(event), ...skippedLines(event), ...dataLines(event)]) out.say(line)
}

function deliveryLines({ deliveries, deliveryCount }: EventDetail): string[] {
  if (deliveries.length === 0) return ['', colours.yellow('No webhook got it.')]
  const rows = deliveries.map(({ id, webhookId, status, attempts, responseStatus, lastError }) => [
    idText('delivery', id),
    idText('webhook', webhookId),
    statusCell(status),
    String(attempts),
    String(responseStatus ?? '–'),
    status === 'success' ? '' : (lastError ?? ''),
  ])
  const head = ['delivery', 'webhook', 'status', 'attempts', 'HTTP', 'last error']
  const hidden = deliveryCount - deliveries.length
  return [
    '',
    ...textTable(head, rows, { right: [3, 4], styleHead: colours.dim }),
    ...(hidden > 0 ? [colours.dim(`${hidden} more: timbre deliveries list --event`)] : []),
  ]
}

function skippedLines({ skipped }: EventDetail): string[] {
  if (skipped.length === 0) return []
  return [
    '',
    colours.dim('did not get it'),
    ...skipped.map(({ webhookId, reason }) => `${idText('webhook', webhookId)}  ${skipText(reason)}`),
  ]
}

function dataLines({ data }: EventDetail): string[] {
  return ['', colours.dim('data'), ...JSON.stringify(data, null, 2).split('\n').map(shown)]
}
