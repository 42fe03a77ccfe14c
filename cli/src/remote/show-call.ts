// Owns how one call is shown: what its source said, and its events in order, each with what became of it.
import type { CallDetail } from '@getsupervisor/agents-studio-sdk'
import { colours } from '../frame/colours.ts'
import { type Cell, textTable } from '../frame/text-table.ts'
import { timeText } from '../frame/times.ts'
import { idText, statusCell } from './present/words.ts'
import type { Server } from './with-server.ts'

export async function showCall({ client, out }: Server, callId: string): Promise<void> {
  const call = await client.calls.get(callId)
  const { status, state, provider, endReason, agentId, fromNumber, toNumber, signals, events, omitted } = call
  out.thing(call, [
    ['call', call.callId],
    ['status', status],
    ['state', state],
    ['provider', provider],
    ['ended by', endReason],
    ['from', fromNumber],
    ['to', toNumber],
    ['agent', agentId],
    ['events', `${call.eventCount}${call.eventCountIsExact ? '' : ' or more'}`],
  ])
  out.say()
  if (signals.length > 0) {
    const signalHead = ['received (UTC)', 'happened (UTC)', 'signal', 'state']
    for (const line of textTable(signalHead, signals.map(signalRow), { styleHead: colours.dim })) out.say(line)
    if (omitted.signals > 0) out.say(colours.dim(`${omitted.signals} older signals are not shown.`))
    out.say()
  }
  const head = ['created (UTC)', 'event', 'type', 'delivery', 'webhook', 'status', 'attempts', 'HTTP', 'last error']
  for (const line of textTable(head, events.flatMap(rowsOf), { right: [6, 7], styleHead: colours.dim })) out.say(line)
  if (omitted.events + omitted.deliveries > 0)
    out.say(colours.dim(`There are more: timbre events list --call ${call.callId} --all`))
}

function signalRow({ receivedAt, occurredAt, event, state }: CallDetail['signals'][number]): string[] {
  return [timeText(receivedAt), timeText(occurredAt), event, state ?? '–']
}

/** A row for each delivery; one that nobody gets has a row too. */
function rowsOf({ id, type, isTest, createdAt, deliveries }: CallDetail['events'][number]): (string | Cell)[][] {
  const event = [timeText(createdAt), id, isTest ? `${type} (test)` : type]
  if (deliveries.length === 0)
    return [[...event, { text: 'nobody gets it', style: colours.yellow }, '', '', '', '', '']]
  return deliveries.map((delivery, index) => [
    ...(index === 0 ? event : ['', '', '']),
    idText('delivery', delivery.id),
    idText('webhook', delivery.webhookId),
    statusCell(delivery.status),
    String(delivery.attempts),
    String(delivery.responseStatus ?? '–'),
    delivery.status === 'success' ? '' : (delivery.lastError ?? ''),
  ])
}
