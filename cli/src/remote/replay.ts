// Owns `timbre replay` and `timbre replays`: sending a range of time again, with a look before and a bar while it goes on.
// Must never start one that a person has not seen the size of, unless --yes says so.
import type { Replay, ReplayCreate, ReplaySelection } from '@getsupervisor/agents-studio-sdk'
import { REPLAY_SELECTIONS } from '@timbre/contract/replay.ts'
import { Option } from 'commander'
import { colours } from '../frame/colours.ts'
import { confirmed } from '../frame/confirm.ts'
import { repeated, timeOption } from '../frame/options.ts'
import type { Column } from '../frame/output.ts'
import { ProgressLine } from '../frame/progress-line.ts'
import type { Cell } from '../frame/text-table.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { timeText } from '../frame/times.ts'
import { interruption, pause } from '../frame/world.ts'
import { bothIds, idText } from './present/words.ts'
import { type Server, withServer } from './with-server.ts'

const LOOK_EVERY_MS = 500

const COLUMNS: readonly Column<Replay>[] = [
  { head: 'id', cell: ({ id }) => idText('replay', id) },
  { head: 'created (UTC)', cell: ({ createdAt }) => timeText(createdAt) },
  { head: 'status', cell: ({ status }) => statusCell(status) },
  { head: 'queued', cell: ({ queued }) => String(queued), isRight: true },
  { head: 'of', cell: (replay) => matchedText(replay), isRight: true },
  { head: 'what', cell: ({ only }) => only },
  { head: 'since (UTC)', cell: ({ since }) => timeText(since) },
  { head: 'until (UTC)', cell: ({ until }) => timeText(until) },
]

interface ReplayOptions {
  readonly since: string
  readonly until?: string
  readonly only: ReplaySelection
  readonly type?: readonly string[]
  readonly dryRun?: true
  readonly yes?: true
  readonly wait: boolean
}

export function replayCommand(): TimbreCommand {
  return withServer<ReplayOptions>(
    new TimbreCommand('replay')
      .description(
        'Send a webhook what it did not get in a range of time. Counts first, asks, and shows how far it is; Ctrl-C ends the watching and not the replay.',
      )
      .argument('<webhook>', 'its id')
      .requiredOption('--since <time>', 'from then on: 2025-08-19T16:00:00Z, or how long ago: 90m, 24h, 7d', timeOption)
      .option('--until <time>', 'until then; else now', timeOption)
      .addOption(
        new Option('--only <what>', 'failed: what was given up; missing: also what it never got; all: everything')
          .choices([...REPLAY_SELECTIONS])
          .default('failed'),
      )
      .option('--type <type>', 'only this event type; may be repeated', repeated)
      .option('--dry-run', 'only count')
      .option('--yes', 'do not ask')
      .option('--no-wait', 'do not watch it')
      .example(
        'timbre replay wh_01J7W8A4XK0N5Y6Z7Q8P9R0S1T --since 24h --only missing --dry-run',
        'how much it would be',
      )
      .example('timbre replay wh_01J7W8A4XK0N5Y6Z7Q8P9R0S1T --since 24h --only missing --yes'),
    replay,
  )
}

async function replay(server: Server, options: ReplayOptions, webhookId = ''): Promise<void> {
  const { client, out } = server
  const { since, until = timeOption('now'), only, type, dryRun, yes, wait } = options
  const request: ReplayCreate = { since, until, only, ...(type === undefined ? {} : { eventKeys: [...type] }) }
  const preview = await client.webhooks.createReplay(webhookId, { ...request, dryRun: true })
  if (dryRun === true) {
    if (out.isJson) out.json(preview)
    else out.say(`${matchedText(preview)} deliveries would be sent. Nothing was done.`)
    return
  }
  if (preview.matched === 0) {
    out.say('There is nothing to send in this range.')
    return
  }
  await confirmed(`Send ${matchedText(preview)} deliveries again?`, yes === true)
  const started = await client.webhooks.createReplay(webhookId, request)
  if (wait) return watch(server, started)
  if (out.isJson) out.json(started)
  else out.say(`Replay ${idText('replay', started.id)} has begun.`)
}

/** Until it has ended, or Ctrl-C: the replay itself is on the server and goes on. */
async function watch({ client, out }: Server, begun: Replay): Promise<void> {
  const signal = interruption()
  const line = new ProgressLine()
  let replay = begun
  while (replay.status === 'running' && !signal.aborted) {
    if (!out.isJson) line.show(replay.queued, Math.max(replay.matched, replay.queued), 'deliveries queued')
    await pause(LOOK_EVERY_MS, signal)
    if (!signal.aborted) replay = await client.webhooks.getReplay(begun.webhookId, begun.id)
  }
  line.end()
  if (out.isJson) return out.json(replay)
  const [id, webhook] = [idText('replay', replay.id), idText('webhook', replay.webhookId)]
  if (replay.status === 'running')
    return out.say(`The replay goes on. "timbre replays watch ${webhook} ${id}" shows it again.`)
  if (replay.status === 'cancelled') return out.say(`${colours.yellow('Cancelled')} after ${replay.queued} deliveries.`)
  out.say(`${colours.green('Finished')}: ${replay.queued} deliveries are queued and being sent.`)
  out.say(colours.dim(`timbre deliveries list --webhook ${webhook}   # what comes of them`))
}

export function replaysCommand(): TimbreCommand {
  const replays = new TimbreCommand('replays').description('Replays of a webhook: list, show, watch, cancel')
  withServer(
    replays
      .command('list')
      .description('Replays of a webhook, newest first')
      .argument('<webhook>', 'its id')
      .example('timbre replays list wh_01J7W8A4XK0N5Y6Z7Q8P9R0S1T'),
    ({ client, out }, _, webhookId = '') =>
      out.list(client.webhooks.listReplays(webhookId, { limit: 100 }), COLUMNS, { none: 'There was no replay.' }),
  )
  withServer(
    ofOne(replays.command('show').description('How far a replay is'), 'show'),
    async (server, _, webhookId = '', id = '') =>
      showReplay(server, await server.client.webhooks.getReplay(webhookId, id)),
  )
  withServer(
    ofOne(replays.command('watch').description('Watch a replay until it has ended'), 'watch'),
    async (server, _, webhookId = '', id = '') => watch(server, await server.client.webhooks.getReplay(webhookId, id)),
  )
  withServer(
    ofOne(replays.command('cancel').description('End a replay; what it has queued is still sent'), 'cancel'),
    async ({ client, out }, _, webhookId = '', id = '') => {
      await client.webhooks.cancelReplay(webhookId, id)
      out.say(`${colours.green('Cancelled')}: ${id}.`)
    },
  )
  return replays
}

function ofOne(command: TimbreCommand, name: string): TimbreCommand {
  return command
    .argument('<webhook>', 'its id')
    .argument('<replay>', 'the id of the replay')
    .example(`timbre replays ${name} wh_01J7W8A4XK0N5Y6Z7Q8P9R0S1T rpl_01J7W8A4XK0N5Y6Z7Q8P9R0S1T`)
}

export function showReplay({ out }: Server, replay: Replay): void {
  out.thing(replay, [
    ['replay', bothIds('replay', replay.id)],
    ['webhook', idText('webhook', replay.webhookId)],
    ['status', statusCell(replay.status)],
    ['queued', `${replay.queued} of ${matchedText(replay)}`],
    ['what', replay.only],
    ['types', replay.eventKeys?.join(', ') ?? 'all'],
    ['since', `${timeText(replay.since)} UTC`],
    ['until', `${timeText(replay.until)} UTC`],
    ['ended', replay.finishedAt === null ? null : `${timeText(replay.finishedAt)} UTC`],
  ])
}

function matchedText({ matched, matchedIsExact }: Replay): string {
  return matchedIsExact ? String(matched) : `at least ${matched}`
}

function statusCell(status: Replay['status']): Cell {
  const styles = { running: colours.cyan, finished: colours.green, cancelled: colours.yellow }
  return { text: status, style: styles[status] }
}
