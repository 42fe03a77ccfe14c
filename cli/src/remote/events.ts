// Owns `timbre events`: what was published, and publishing.
import type { EventSummary, ListEventsQuery } from '@getsupervisor/agents-studio-sdk'
import { Option } from 'commander'
import { colours } from '../frame/colours.ts'
import { CommandError } from '../frame/command-failure.ts'
import { jsonFile, timeOption } from '../frame/options.ts'
import type { Column } from '../frame/output.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { timeText } from '../frame/times.ts'
import { type HistoryOptions, MORE, maxOf, withHistoryOptions } from './history-options.ts'
import { acceptedLine } from './present/accepted.ts'
import { showEvent } from './show-event.ts'
import { type Server, withServer } from './with-server.ts'

const EVENT_COLUMNS: readonly Column<EventSummary>[] = [
  { head: 'id', cell: ({ id }) => id },
  { head: 'created (UTC)', cell: ({ createdAt }) => timeText(createdAt) },
  { head: 'type', cell: ({ type }) => type },
  { head: 'call', cell: ({ callId }) => callId ?? '–' },
  {
    head: 'deliveries',
    cell: ({ deliveryCount }) =>
      deliveryCount === 0 ? { text: '0', style: colours.yellow } : { text: String(deliveryCount) },
    isRight: true,
  },
]

interface ListOptions extends HistoryOptions {
  readonly type?: string
  readonly call?: string
  readonly undelivered?: true
}

interface PublishOptions {
  readonly data?: string
  readonly file?: string
  readonly agent?: string
  readonly id?: string
  readonly createdAt?: string
}

export function eventsCommand(): TimbreCommand {
  const events = new TimbreCommand('events').description('What was published')
  withServer<ListOptions>(
    withHistoryOptions(
      events
        .command('list')
        .description('Events, newest first')
        .option('--type <type>', 'of this type only')
        .option('--call <id>', 'of this call only')
        .option('--undelivered', 'only events that no webhook gets'),
    ).example('timbre events list --undelivered --since 24h', 'what nobody got, in the last day'),
    listEvents,
  )
  withServer(
    events
      .command('show')
      .description('An event with its data, its deliveries, and why other webhooks did not get it')
      .argument('<event>', 'its id')
      .example('timbre events show evt_01J7W8A4XK0N5Y6Z7Q8P9R0S1T'),
    (server, _, id = '') => showEvent(server, id),
  )
  withServer<PublishOptions>(
    events
      .command('publish')
      .description('Publish an event; once it says so, the event and its deliveries are on disk')
      .argument('<type>', 'its type')
      .addOption(new Option('--data <json>', 'its data, a JSON object').conflicts('file'))
      .option('--file <file>', 'a file with its data; -: standard input')
      .option('--agent <id>', 'its agent')
      .option('--id <id>', 'its id; one that was accepted before is not sent again')
      .option('--created-at <time>', 'when it happened; else now', timeOption)
      .example(`timbre events publish call.completed --data '{"call_id":"call-1"}'`),
    publish,
  )
  return events
}

async function listEvents({ client, out }: Server, options: ListOptions): Promise<void> {
  const { type, call, undelivered, since, until } = options
  const query: ListEventsQuery = {
    limit: 250,
    ...(type === undefined ? {} : { type }),
    ...(call === undefined ? {} : { callId: call }),
    ...(undelivered === undefined ? {} : { undelivered }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  }
  const none = 'There is no such event. "timbre trigger call.completed" publishes an example.'
  await out.list(client.events.list(query), EVENT_COLUMNS, { none, more: MORE, max: maxOf(options) })
}

async function publish({ client, out }: Server, options: PublishOptions, type = ''): Promise<void> {
  const { agent, id, createdAt } = options
  const accepted = await client.events.publish({
    type,
    data: await dataOf(options),
    ...(agent === undefined ? {} : { agentId: agent }),
    ...(id === undefined ? {} : { id }),
    ...(createdAt === undefined ? {} : { createdAt }),
  })
  if (out.isJson) out.json(accepted)
  else out.say(acceptedLine(accepted))
}

async function dataOf({ data, file }: PublishOptions): Promise<Record<string, unknown>> {
  const value = file === undefined ? parsed(data ?? '{}') : await jsonFile(file)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new CommandError('The data must be a JSON object, such as {"call_id":"call-1"}.')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CommandError(`--data is no JSON: ${error instanceof Error ? error.message : error}`)
  }
}
