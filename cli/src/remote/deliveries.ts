// Owns `timbre deliveries`: what became of each event at each webhook, and asking for it once more.
import type { DeliveryStatus, DeliverySummary, ListDeliveriesQuery } from '@getsupervisor/agents-studio-sdk'
import { DELIVERY_STATUSES } from '@timbre/contract/delivery-status.ts'
import { Option } from 'commander'
import { colours } from '../frame/colours.ts'
import { brief, type Column } from '../frame/output.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { timeText } from '../frame/times.ts'
import { type HistoryOptions, MORE, maxOf, withHistoryOptions } from './history-options.ts'
import { idText, statusCell } from './present/words.ts'
import { showDelivery } from './show-delivery.ts'
import { tailCommand } from './tail.ts'
import { type Server, withServer } from './with-server.ts'

const DELIVERY_COLUMNS: readonly Column<DeliverySummary>[] = [
  { head: 'id', cell: ({ id }) => idText('delivery', id) },
  { head: 'created (UTC)', cell: ({ createdAt }) => timeText(createdAt) },
  { head: 'status', cell: ({ status }) => statusCell(status) },
  { head: 'attempts', cell: ({ attempts }) => String(attempts), isRight: true },
  { head: 'HTTP', cell: ({ responseStatus }) => String(responseStatus ?? '–'), isRight: true },
  { head: 'type', cell: ({ eventKey }) => eventKey },
  { head: 'event', cell: ({ eventId }) => eventId },
  { head: 'last error', cell: ({ lastError }) => brief(lastError ?? '') },
]

interface ListOptions extends HistoryOptions {
  readonly webhook?: string
  readonly status?: DeliveryStatus
  readonly type?: string
  readonly event?: string
}

export function deliveriesCommand(): TimbreCommand {
  const deliveries = new TimbreCommand('deliveries').description('One event for one webhook, over all its attempts')
  withServer<ListOptions>(
    withHistoryOptions(
      deliveries
        .command('list')
        .description('Deliveries, newest first')
        .option('--webhook <id>', 'of this webhook only')
        .addOption(new Option('--status <status>', 'that stand so').choices([...DELIVERY_STATUSES]))
        .option('--type <type>', 'of this event type only')
        .option('--event <id>', 'of this event only'),
    ).example('timbre deliveries list --status failed --since 24h', 'what failed in the last day'),
    listDeliveries,
  )
  withServer<{ full?: true }>(
    deliveries
      .command('show')
      .description('What happened to a delivery: its attempts, how each ended, and what to do')
      .argument('<delivery>', 'its id, as in the header x-supervisor-delivery')
      .option('--full', 'with request and response of the last attempt, headers and bodies')
      .example('timbre deliveries show dlv_01J7W8A4XK0N5Y6Z7Q8P9R0S1T'),
    (server, { full }, id = '') => showDelivery(server, id, full === true),
  )
  withServer(
    deliveries
      .command('retry')
      .description('Send a delivery again now, also one that succeeded or failed')
      .argument('<delivery>', 'its id')
      .example('timbre deliveries retry dlv_01J7W8A4XK0N5Y6Z7Q8P9R0S1T'),
    retry,
  )
  tailCommand(deliveries)
  return deliveries
}

async function listDeliveries({ client, out }: Server, options: ListOptions): Promise<void> {
  const { webhook, status, type, event, since, until } = options
  const query: ListDeliveriesQuery = {
    limit: 250,
    ...(webhook === undefined ? {} : { webhookId: webhook }),
    ...(status === undefined ? {} : { status }),
    ...(type === undefined ? {} : { eventKey: type }),
    ...(event === undefined ? {} : { eventId: event }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  }
  const none = 'There is no such delivery. "timbre events list --undelivered" shows events that no webhook got.'
  await out.list(client.deliveries.list(query), DELIVERY_COLUMNS, { none, more: MORE, max: maxOf(options) })
}

async function retry(server: Server, _: object, id = ''): Promise<void> {
  const { webhookId } = await server.client.deliveries.get(id)
  const queued = await server.client.webhooks.retryDelivery(webhookId, id)
  if (server.out.isJson) return server.out.json(queued)
  server.out.say(`${colours.green('Queued')}: it is sent now. "timbre deliveries show ${id}" shows what comes of it.`)
}
