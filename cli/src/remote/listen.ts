// Owns `timbre listen`: events of a server, forwarded to a receiver on this machine; what came meanwhile follows in order.
// Must never acknowledge what the receiver has not answered.
import { hostname, userInfo } from 'node:os'
import type { PulledItem } from '@getsupervisor/agents-studio-sdk'
import { SUPERVISOR_EVENT, WEBHOOK_ID } from '@timbre/contract/signature.ts'
import { InvalidArgumentError } from 'commander'
import { colours } from '../frame/colours.ts'
import { repeated } from '../frame/options.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { durationText } from '../frame/times.ts'
import { interruption, now, pause } from '../frame/world.ts'
import { forward, type LocalAnswer, listens } from './listen/forward.ts'
import { type ListenWebhook, listenWebhook } from './listen/listen-webhook.ts'
import { watchedFetch } from './listen/watched-fetch.ts'
import { idText } from './present/words.ts'
import { clientOf, type Server, withServer } from './with-server.ts'

interface ListenOptions {
  readonly forwardTo: URL
  readonly as?: string
  readonly events?: readonly string[]
  readonly skipMissed?: true
  readonly printSecret?: true
  readonly rm?: true
}

const LOOK_EVERY_MS = 1000
/** As a gateway says it (RFC 9110 §15.6.5). */
const NO_ANSWER = 504
/** Few: what is leased is signed now, and would be too old if it waited long. */
const LEASED_MAX = 5
const WAITING_MAX = 250

export function listenCommand(): TimbreCommand {
  return withServer<ListenOptions>(
    new TimbreCommand('listen')
      .description(
        'Forward events to a receiver on this machine, with the very headers and bytes. The server keeps what comes while nobody listens; it follows in order. The answer of the receiver is recorded as the attempt.',
      )
      .requiredOption('--forward-to <url>', 'the receiver, such as http://localhost:3000/hook', urlOption)
      .option(
        '--as <name>',
        'the name under which the server keeps events for you; else yours and that of this machine',
      )
      .option('--events <type>', 'call.*, * or an event type; may be repeated; else call.*', repeated)
      .option('--skip-missed', 'acknowledge what came before, and do not forward it')
      .option('--print-secret', 'print the signing secret at the beginning')
      .option('--rm', 'remove the webhook at the end: nothing is kept meanwhile')
      .example('timbre listen --forward-to http://127.0.0.1:3000/hook --events "call.*"'),
    listen,
  )
}

async function listen({ connection, out }: Server, options: ListenOptions): Promise<void> {
  const { host } = new URL(connection.baseUrl.value)
  const watch = {
    onAway: () =>
      out.say(colours.yellow(`${host} cannot be reached: reconnecting. What comes meanwhile is kept there.`)),
    onBack: () => out.say(colours.green(`Connected to ${host} again.`)),
  }
  const client = clientOf(connection, watchedFetch(watch))
  const server = { client, connection, out }
  const signal = interruption()
  const name = options.as ?? nameOfHere()
  const listening = await listenWebhook(client, name, options.events ?? ['call.*'])
  const { webhook } = listening
  out.say(await greeting(server, listening, name, options.forwardTo))
  if (options.printSecret === true) out.say(`secret  ${(await client.webhooks.getSecret(webhook.id)).secret}`)
  const begun = now()
  while (!signal.aborted) {
    await untilListens(server, options.forwardTo, signal)
    for await (const item of client.webhooks.pull(webhook.id, { max: LEASED_MAX, signal })) {
      if (options.skipMissed === true && createdAt(item) < begun) item.ack('skipped by timbre listen --skip-missed')
      else if (!(await forwarded(server, item, options.forwardTo))) break
    }
  }
  if (options.rm !== true)
    return out.say(`\nThe server goes on keeping events for ${name}; the same command gets them.`)
  await client.webhooks.delete(webhook.id)
  out.say(`\n${colours.green('Removed')}: nothing is kept for ${name} any more.`)
}

async function greeting({ client }: Server, { webhook, isNew }: ListenWebhook, as: string, forwardTo: URL) {
  const what = `${colours.green('Listening')} as ${as} (${idText('webhook', webhook.id)}), forwarding to ${forwardTo}`
  if (isNew) return `${what}. Ctrl-C ends it.`
  const { data, meta } = await client.deliveries.list({ webhookId: webhook.id, status: 'queued', limit: WAITING_MAX })
  return `${what}; ${data.length}${meta.hasNext ? '+' : ''} waiting. Ctrl-C ends it.`
}

async function untilListens({ out }: Server, url: URL, signal: AbortSignal): Promise<void> {
  for (let isTold = false; !signal.aborted && !(await listens(url)); isTold = true) {
    if (!isTold) out.say(colours.yellow(`Nothing listens at ${url.host}. Start the receiver; events wait until then.`))
    await pause(LOOK_EVERY_MS, signal)
  }
}

/** False: the receiver is gone. Then the delivery is released, and comes again when it is back. */
async function forwarded({ out }: Server, item: PulledItem, url: URL): Promise<boolean> {
  let answer: LocalAnswer
  try {
    answer = await forward(url, item.headers, item.body)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    out.say(colours.yellow(`${url.host}: ${reason}`))
    if (!(await listens(url))) {
      item.release()
      return false
    }
    // It is there and did not answer: that is an attempt, which is made again by the retry schedule.
    item.fail(NO_ANSWER, reason)
    return true
  }
  const { status, body, durationMs } = answer
  // Also of a success: what the receiver answered is the attempt.
  item.fail(status, body)
  const line = { eventId: item.headers[WEBHOOK_ID], type: item.headers[SUPERVISOR_EVENT], deliveryId: item.deliveryId }
  if (out.isJson) out.json({ ...line, attempt: item.attempt, status, durationMs, body })
  else {
    const isSuccess = status >= 200 && status < 300
    const again = item.attempt > 1 ? colours.yellow(`  attempt ${item.attempt}`) : ''
    const result = (isSuccess ? colours.green : colours.red)(String(status))
    out.say(
      `${result}  ${line.type}  ${line.eventId}  ${idText('delivery', item.deliveryId)}  ${durationText(durationMs)}${again}`,
    )
  }
  return true
}

/** When the event was published, in milliseconds since 1970: the envelope says it. */
function createdAt({ body }: PulledItem): number {
  const { created_at: time }: { readonly created_at?: string } = JSON.parse(body)
  return Date.parse(time ?? '')
}

/** Stable on this machine, so that what came meanwhile is found again. */
function nameOfHere(): string {
  return `${userInfo().username}-${hostname()}`.replaceAll(/[^\w.-]/g, '-').slice(0, 60)
}

function urlOption(text: string): URL {
  const url = URL.parse(/^\d+$/.test(text) ? `http://127.0.0.1:${text}/` : text)
  if (url !== null && /^https?:$/.test(url.protocol)) return url
  throw new InvalidArgumentError('It must be a URL such as http://localhost:3000/hook, or a port.')
}
