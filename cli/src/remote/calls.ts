// Owns `timbre calls`: the calls that events speak of, and what became of the events of one.
import type { Call, CallState, ListCallsQuery, SourceKind } from '@getsupervisor/agents-studio-sdk'
import { CALL_STATES, SOURCE_KINDS } from '@timbre/contract/source.ts'
import { Option } from 'commander'
import { colours } from '../frame/colours.ts'
import { brief, type Column } from '../frame/output.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { timeText } from '../frame/times.ts'
import { type HistoryOptions, MORE, maxOf, withHistoryOptions } from './history-options.ts'
import { showCall } from './show-call.ts'
import { type Server, withServer } from './with-server.ts'

const COLUMNS: readonly Column<Call>[] = [
  { head: 'call', cell: ({ callId }) => callId },
  { head: 'first event (UTC)', cell: ({ firstEventAt }) => timeText(firstEventAt) },
  { head: 'status', cell: ({ status }) => status ?? '–' },
  { head: 'provider', cell: ({ provider }) => provider ?? '–' },
  { head: 'from', cell: ({ fromNumber }) => fromNumber ?? '–' },
  { head: 'to', cell: ({ toNumber }) => toNumber ?? '–' },
  {
    head: 'events',
    cell: ({ eventCount, eventCountIsExact }) => `${eventCount}${eventCountIsExact ? '' : '+'}`,
    isRight: true,
  },
  { head: 'arrived', cell: ({ deliveries }) => countText(deliveries?.success), isRight: true },
  {
    head: 'failed',
    cell: ({ deliveries }) => ({
      text: countText(deliveries?.failed),
      style: deliveries?.failed ? colours.red : String,
    }),
    isRight: true,
  },
  { head: 'ended by', cell: ({ endReason }) => brief(endReason ?? '–', 40) },
]

interface ListOptions extends HistoryOptions {
  readonly status?: string
  readonly state?: CallState
  readonly provider?: SourceKind
  readonly agent?: string
  readonly number?: string
}

export function callsCommand(): TimbreCommand {
  const calls = new TimbreCommand('calls').description('The calls that events speak of')
  withServer<ListOptions>(
    withHistoryOptions(
      calls
        .command('list')
        .description('Calls, newest first')
        .option('--status <status>', 'that stand so: registered, ongoing, ended, not_connected, error, …')
        .addOption(new Option('--state <state>', 'that stand so by what their source said').choices(CALL_STATES))
        .addOption(new Option('--provider <kind>', 'that this provider told of').choices(SOURCE_KINDS))
        .option('--agent <id>', 'of this agent only')
        .option('--number <number>', 'from or to this number only'),
    ).example('timbre calls list --status ended --since 24h'),
    listCalls,
  )
  withServer(
    calls
      .command('show')
      .description('A call: what its source said, its events in order, and what became of each at each webhook')
      .argument('<call>', 'its id, `data.call_id` of its events')
      .example('timbre calls show call-1'),
    (server, _, callId = '') => showCall(server, callId),
  )
  return calls
}

async function listCalls({ client, out }: Server, options: ListOptions): Promise<void> {
  const { status, state, provider, agent, number, since, until } = options
  const query: ListCallsQuery = {
    ...(status === undefined ? {} : { status }),
    ...(state === undefined ? {} : { state }),
    ...(provider === undefined ? {} : { provider }),
    ...(agent === undefined ? {} : { agentId: agent }),
    ...(number === undefined ? {} : { number }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  }
  const none = 'There is no such call. "timbre simulate call" publishes one.'
  await out.list(client.calls.list(query), COLUMNS, { none, more: MORE, max: maxOf(options) })
}

function countText(count: number | undefined): string {
  return count === undefined ? '–' : String(count)
}
