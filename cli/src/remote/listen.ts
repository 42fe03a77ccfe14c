// Owns `timbre listen`: events of a server, forwarded to a receiver on this machine; what came meanwhile follows in order.
// Must never load what draws on a terminal where nothing is drawn: other uses start as fast as without it.
import { hostname, userInfo } from 'node:os'
import { NotFoundError } from '@getsupervisor/agents-studio-sdk'
import { colours } from '../frame/colours.ts'
import { CommandError } from '../frame/command-failure.ts'
import { EXIT } from '../frame/exit-codes.ts'
import { repeated } from '../frame/options.ts'
import type { Output } from '../frame/output.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { interruption, isScreen, loadedForUse, pause } from '../frame/world.ts'
import { Desk } from './listen/desk.ts'
import { Heartbeat, waitingOf } from './listen/heartbeat.ts'
import type { ListenNews, ListenStart, Report } from './listen/listen-news.ts'
import { listenWebhook, newestOf } from './listen/listen-webhook.ts'
import { Listener } from './listen/listener.ts'
import { otherPorts, receiverOption, receiverUrl } from './listen/receiver-url.ts'
import { jsonReport } from './listen/report-json.ts'
import { lineReport } from './listen/report-lines.ts'
import { ServerLink } from './listen/server-link.ts'
import { idText } from './present/words.ts'
import { clientOf, type Server, withServer } from './with-server.ts'

interface ListenOptions {
  readonly forwardTo?: URL
  readonly as?: string
  readonly events?: readonly string[]
  readonly skipMissed?: true
  readonly printSecret?: true
  readonly rm?: true
  readonly plain?: true
}

/** What shows the news: lines, JSON, or the view of a terminal, which is taken away at the end. */
interface Shown {
  readonly report: Report
  readonly end: () => Promise<void>
}

interface ViewParts {
  readonly desk: Desk
  /** Ends the listening, as Ctrl-C does. */
  readonly quit: () => void
}

const NO_RETRY = { maxRetries: 0 }
/** An end that takes longer is told. */
const SOON_MS = 1000

export function listenCommand(): TimbreCommand {
  return withServer<ListenOptions>(
    new TimbreCommand('listen')
      .description(
        'Forward events to a receiver on this machine, with the very headers and bytes. The server keeps what comes while nobody listens; it follows in order. The response of the receiver is recorded as the attempt. On a terminal it shows a list to look at, send again, edit and compare; elsewhere lines.',
      )
      .option(
        '--forward-to <url>',
        'the receiver, such as http://localhost:3000/hook, or a port; else the only port of this machine that listens',
        receiverOption,
      )
      .option(
        '--as <name>',
        'the name under which the server keeps events for you; else yours and that of this machine',
      )
      .option(
        '--events <type>',
        'call.*, * or an event type; may be repeated; else what it had before, and call.* the first time',
        repeated,
      )
      .option('--skip-missed', 'acknowledge what came before, and do not forward it')
      .option('--print-secret', 'print the signing secret at the beginning')
      .option('--rm', 'remove the webhook at the end: nothing is kept meanwhile')
      .option('--plain', 'lines, also on a terminal')
      .example('timbre listen --forward-to http://127.0.0.1:3000/hook --events "call.*"'),
    listen,
  )
}

async function listen(server: Server, options: ListenOptions): Promise<void> {
  const { connection, out } = server
  const { url, isFoundByPort } = await receiverUrl(options.forwardTo, connection.baseUrl.value)
  const quit = new AbortController()
  const signal = AbortSignal.any([interruption(), quit.signal])
  // What shows the news comes once there is something to show.
  let report: Report = () => {}
  const tell = (news: ListenNews) => report(news)
  const watch = { onAway: () => tell({ kind: 'server_away' }), onBack: () => tell({ kind: 'server_back' }) }
  const link = new ServerLink(watch, signal)
  const client = clientOf(connection, { fetch: link.fetch })
  const { webhook, ...found } = await listenWebhook(client, options.as ?? nameOfHere(), options.events)
  const common = { client, webhookId: webhook.id, forwardTo: url, report: tell, signal }
  const start = {
    ...found,
    name: options.as ?? nameOfHere(),
    webhookId: webhook.id,
    server: new URL(connection.baseUrl.value).host,
    forwardTo: url,
    isFoundByPort,
    waiting: await waitingOf(client, webhook.id),
    secret: options.printSecret === true ? (await client.webhooks.getSecret(webhook.id)).secret : null,
  }
  const listener = new Listener({
    ...common,
    skipUpTo: options.skipMissed === true ? await newestOf(client, webhook.id) : undefined,
    otherPorts: () => otherPorts(url, connection.baseUrl.value),
  })
  const heartbeat = new Heartbeat({
    ...common,
    client: clientOf(connection, { fetch: link.fetch, retry: NO_RETRY }),
    link,
  })
  const shown = await shownBy(out, options, start, {
    desk: new Desk({ ...common, nextNumber: () => listener.nextNumber() }),
    quit: () => quit.abort(),
  })
  report = shown.report
  report({ kind: 'listening', ...start })
  try {
    await Promise.all([untilEnd(listener, signal, tell), heartbeat.run()])
  } finally {
    quit.abort()
    await shown.end()
  }
  await leave(server, start, options.rm === true)
}

async function shownBy(out: Output, { plain }: ListenOptions, start: ListenStart, view: ViewParts): Promise<Shown> {
  const end = async () => {}
  if (out.isJson) return { report: jsonReport(out), end }
  if (plain === true || !isScreen()) return { report: lineReport(out), end }
  const { LiveView } = await loadedForUse(() => import('./listen/view/live-view.ts'))
  const live = new LiveView({ ...view, start, leave: () => process.exit(EXIT.interrupted.code) })
  live.start()
  return { report: live.report, end: () => live.end() }
}

/** @throws CommandError when the webhook was removed on the server meanwhile */
async function untilEnd(listener: Listener, signal: AbortSignal, report: Report): Promise<void> {
  let isOver = false
  signal.addEventListener('abort', async () => {
    await pause(SOON_MS)
    if (!isOver) report({ kind: 'ending' })
  })
  try {
    await listener.run()
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error
    throw new CommandError('The webhook was removed on the server. The same command makes it again.', 'notFound')
  } finally {
    isOver = true
  }
}

async function leave({ client, out }: Server, { name, webhookId }: ListenStart, isRemoved: boolean): Promise<void> {
  if (!isRemoved) return out.say(`\nThe server goes on keeping events for ${name}; the same command gets them.`)
  try {
    await client.webhooks.delete(webhookId)
  } catch (error) {
    const id = idText('webhook', webhookId)
    out.say(
      `\n${colours.yellow('Not removed')}: the server goes on keeping events. "timbre webhooks delete ${id}" removes it.`,
    )
    throw error
  }
  if (out.isJson) out.json({ kind: 'removed', webhookId })
  out.say(`\n${colours.green('Removed')}: nothing is kept for ${name} any more.`)
}

/** Stable on this machine, so that what came meanwhile is found again. */
function nameOfHere(): string {
  return `${userInfo().username}-${hostname()}`.replaceAll(/[^\w.-]/g, '-').slice(0, 60)
}
