// Owns `timbre deliveries tail`: deliveries as they change, until Ctrl-C.
import type { DeliveryStatus, DeliverySummary, StreamDeliveriesQuery } from '@getsupervisor/agents-studio-sdk'
import { DELIVERY_STATUSES } from '@timbre/contract/delivery-status.ts'
import { Option } from 'commander'
import { colours } from '../frame/colours.ts'
import { brief } from '../frame/output.ts'
import type { TimbreCommand } from '../frame/timbre-command.ts'
import { timeText } from '../frame/times.ts'
import { interruption } from '../frame/world.ts'
import { idText, statusCell } from './present/words.ts'
import { type Server, withServer } from './with-server.ts'

interface TailOptions {
  readonly webhook?: string
  readonly status?: DeliveryStatus
  readonly type?: string
}

export function tailCommand(deliveries: TimbreCommand): void {
  withServer<TailOptions>(
    deliveries
      .command('tail')
      .description('Deliveries as they change, until Ctrl-C')
      .option('--webhook <id>', 'of this webhook only')
      .addOption(new Option('--status <status>', 'that stand so').choices([...DELIVERY_STATUSES]))
      .option('--type <type>', 'of this event type only')
      .example('timbre deliveries tail --status failed'),
    tail,
  )
}

async function tail({ client, out }: Server, { webhook, status, type }: TailOptions): Promise<void> {
  const signal = interruption()
  const query: StreamDeliveriesQuery = {
    ...(webhook === undefined ? {} : { webhookId: webhook }),
    ...(status === undefined ? {} : { status }),
    ...(type === undefined ? {} : { eventKey: type }),
  }
  const stream = client.deliveries.stream(query, {
    signal,
    onOpen: () => out.say(colours.dim('Watching. Ctrl-C ends it.')),
    onBreak: () => out.say(colours.yellow('The connection broke off: reconnecting.')),
  })
  try {
    for await (const item of stream) {
      if (out.isJson) out.json(item)
      else if (item.type === 'gap')
        out.say(
          colours.yellow(`Not shown: changes from ${timeText(item.gap.from)} to ${timeText(item.gap.until)} UTC.`),
        )
      else out.say(lineOf(item.delivery))
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

function lineOf({
  id,
  status,
  updatedAt,
  attempts,
  responseStatus,
  eventKey,
  eventId,
  lastError,
}: DeliverySummary): string {
  const { text, style = String } = statusCell(status)
  const result = [
    responseStatus === null ? '' : `HTTP ${responseStatus}`,
    status === 'success' ? '' : brief(lastError ?? '', 80),
  ]
  return [
    timeText(updatedAt),
    style(text.padEnd(7)),
    idText('delivery', id),
    eventKey,
    eventId,
    `attempt ${attempts}`,
    ...result,
  ]
    .filter((part) => part !== '')
    .join('  ')
}
