// Owns how one delivery is shown: in ten seconds a reader knows what happened, and what to do.
import type { Attempt, Delivery, Webhook } from '@getsupervisor/agents-studio-sdk'
import { colours } from '../frame/colours.ts'
import { shown } from '../frame/text-table.ts'
import { durationText, timeText } from '../frame/times.ts'
import { now } from '../frame/world.ts'
import { attemptLines } from './present/attempts.ts'
import { bothIds, idText, statusCell } from './present/words.ts'
import type { Server } from './with-server.ts'

/** Newest first; of a delivery that was retried for years the last are enough. */
const ATTEMPTS_MAX = 100

export async function showDelivery(server: Server, id: string, isFull: boolean): Promise<void> {
  const { client, out } = server
  const delivery = await client.deliveries.get(id)
  const page = await client.webhooks.listAttempts(delivery.webhookId, delivery.id, { limit: ATTEMPTS_MAX })
  if (out.isJson) return out.json({ ...delivery, attemptList: page.data })
  const webhook = await client.webhooks.get(delivery.webhookId)
  const { style = String } = statusCell(delivery.status)
  out.say(`${style(colours.bold(delivery.status))}  ${standing(delivery)}`)
  if (delivery.lastError !== null && delivery.status !== 'success') out.say(`${colours.yellow(delivery.lastError)}`)
  out.say()
  out.thing(delivery, [
    ['delivery', bothIds('delivery', delivery.id)],
    ['event', `${delivery.eventId}  ${delivery.eventKey}`],
    ['webhook', `${idText('webhook', webhook.id)}  ${webhook.url}`],
    ['created', `${timeText(delivery.createdAt)} UTC`],
  ])
  out.say()
  if (page.data.length === 0) out.say('There was no attempt yet.')
  else for (const line of attemptLines(page.data)) out.say(line)
  if (page.meta.hasNext) out.say(colours.dim(`Earlier ones: timbre attempts ${id} --all`))
  if (isFull) for (const line of exchange(delivery, page.data[0])) out.say(line)
  for (const line of advice(delivery, webhook, isFull)) out.say(line)
}

function standing({ status, attempts, nextAttemptAt }: Delivery): string {
  const tried = attempts === 1 ? '1 attempt' : `${attempts} attempts`
  if (status === 'success') return `It arrived, after ${tried}.`
  if (status === 'failed') return `It is given up, after ${tried}.`
  if (status === 'sending') return `It is being sent, after ${tried}.`
  if (nextAttemptAt === null) return `It waits, after ${tried}.`
  const inMs = Date.parse(nextAttemptAt) - now()
  return `The next attempt is at ${timeText(nextAttemptAt)} UTC${inMs > 0 ? `, in ${durationText(inMs)}` : ''}, after ${tried}.`
}

/** What was sent and what came, as it stands in the record. */
function exchange(delivery: Delivery, last: Attempt | undefined): string[] {
  if (last === undefined) return []
  return [
    '',
    colours.bold(`Request of attempt ${last.number}`),
    ...headerLines(last.requestHeaders),
    '',
    ...JSON.stringify(delivery.requestBody, null, 2)
      .split('\n')
      .map((line) => `  ${shown(line)}`),
    '',
    colours.bold(last.responseStatus === null ? 'No response' : `Response ${last.responseStatus}`),
    ...headerLines(last.responseHeaders ?? {}),
    ...(last.responseBody === null ? [] : ['', ...last.responseBody.split('\n').map((line) => `  ${shown(line)}`)]),
  ]
}

function headerLines(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).map(([name, value]) => `  ${colours.dim(`${name}:`)} ${shown(value)}`)
}

function advice({ id, status }: Delivery, webhook: Webhook, isFull: boolean): string[] {
  const delivery = idText('delivery', id)
  const steps = [
    ...(webhook.isActive
      ? []
      : [`timbre webhooks update ${idText('webhook', webhook.id)} --active   # it is not active`]),
    ...(status === 'failed' ? [`timbre deliveries retry ${delivery}   # send it again now`] : []),
    ...(isFull ? [] : [`timbre deliveries show ${delivery} --full   # request and response`]),
  ]
  return steps.length === 0 ? [] : ['', ...steps.map((step) => colours.dim(step))]
}
