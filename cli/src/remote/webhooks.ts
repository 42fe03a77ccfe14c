// Owns `timbre webhooks`: what may be done with webhooks through the API.
import { readFileSync } from 'node:fs'
import type { Webhook, WebhookCreate, WebhookUpdate } from '@getsupervisor/agents-studio-sdk'
import { Option } from 'commander'
import { colours } from '../frame/colours.ts'
import { confirmed } from '../frame/confirm.ts'
import { headersOption, repeated, secondsOption, wholeNumber } from '../frame/options.ts'
import { brief, type Column } from '../frame/output.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { timeText } from '../frame/times.ts'
import { attemptLines } from './present/attempts.ts'
import { activeCell, idText } from './present/words.ts'
import { showWebhook } from './show-webhook.ts'
import { type Server, withServer } from './with-server.ts'

const COLUMNS: readonly Column<Webhook>[] = [
  { head: 'id', cell: ({ id }) => idText('webhook', id) },
  { head: 'state', cell: ({ isActive, disabledReason }) => activeCell(isActive, disabledReason) },
  { head: 'types', cell: ({ subscriptionCount }) => String(subscriptionCount), isRight: true },
  { head: 'arrived', cell: ({ successCount }) => String(successCount), isRight: true },
  { head: 'failed', cell: ({ failureCount }) => String(failureCount), isRight: true },
  { head: 'last delivery (UTC)', cell: ({ lastDeliveryAt }) => timeText(lastDeliveryAt) },
  { head: 'url', cell: ({ url }) => brief(url, 80) },
]

export function webhooksCommand(): TimbreCommand {
  const webhooks = new TimbreCommand('webhooks').description('URLs that get events, and how they are sent there')
  withServer(
    webhooks.command('list').description('All webhooks of the workspace').example('timbre webhooks list'),
    ({ client, out }) =>
      out.list(client.webhooks.list({ limit: 100 }), COLUMNS, {
        none: 'There is no webhook yet. "timbre webhooks create <url> --event call.completed" makes one.',
      }),
  )
  withServer(
    webhooks
      .command('show')
      .description('A webhook with its subscriptions')
      .argument('<webhook>', 'its id')
      .example('timbre webhooks show wh_01J7W8A4XK0N5Y6Z7Q8P9R0S1T'),
    (server, _, id = '') => showWebhook(server, id),
  )
  createCommand(webhooks)
  updateCommand(webhooks)
  withServer<{ yes?: true }>(
    webhooks
      .command('delete')
      .description('Delete a webhook, with what is queued for it')
      .argument('<webhook>', 'its id')
      .option('--yes', 'do not ask')
      .example('timbre webhooks delete wh_01J7W8A4XK0N5Y6Z7Q8P9R0S1T --yes'),
    deleteWebhook,
  )
  secretCommands(webhooks)
  withServer<{ event: string }>(
    webhooks
      .command('test')
      .description('Send the example of an event type now, and show the attempt')
      .argument('<webhook>', 'its id')
      .option('--event <type>', 'which type', 'call.completed')
      .example('timbre webhooks test wh_01J7W8A4XK0N5Y6Z7Q8P9R0S1T'),
    testWebhook,
  )
  return webhooks
}

interface Fields {
  readonly agent?: string
  readonly description?: string
  readonly header?: readonly string[]
  readonly ordering?: 'none' | 'call'
  readonly rateLimit?: number
  readonly retrySchedule?: number[] | null
}

function withFields(command: TimbreCommand): TimbreCommand {
  return command
    .option('--agent <id>', 'only events of this agent; none: of all')
    .option('--description <text>', 'what it is for')
    .option('--header <header>', 'such as "X-Tenant: 7", sent with every delivery; may be repeated', repeated)
    .addOption(
      new Option('--ordering <order>', 'call: events of one call arrive one at a time').choices(['none', 'call']),
    )
    .option('--rate-limit <number>', 'deliveries a second at most', wholeNumber(1, 1000))
    .option(
      '--retry-schedule <seconds>',
      'waits before each attempt, such as 0,5,300; none: the server’s',
      secondsOption,
    )
}

function fieldsOf({ agent, description, header, ordering, rateLimit, retrySchedule }: Fields): WebhookUpdate {
  return {
    ...(agent === undefined ? {} : { agentId: agent === 'none' ? null : agent }),
    ...(description === undefined ? {} : { description }),
    ...(header === undefined ? {} : { headers: headersOption(header) }),
    ...(ordering === undefined ? {} : { ordering }),
    ...(rateLimit === undefined ? {} : { rateLimitPerSecond: rateLimit }),
    ...(retrySchedule === undefined ? {} : { retrySchedule }),
  }
}

function createCommand(webhooks: TimbreCommand): void {
  withServer<Fields & { event?: readonly string[]; secretFile?: string; inactive?: true; pull?: true }>(
    withFields(
      webhooks
        .command('create')
        .description('Register a URL and subscribe it to event types, in one step')
        .argument('[url]', 'where its events are sent')
        .option('--pull', 'without a url: a consumer fetches its events (timbre listen, or client.webhooks.pull)')
        .option('--event <type>', 'an event type to subscribe to; may be repeated', repeated),
    )
      .option('--secret-file <file>', 'a file with the signing secret; else one is made')
      .option('--inactive', 'nothing is sent until it is made active')
      .example('timbre webhooks create https://example.com/hook --event call.completed --event call.error'),
    async ({ client, out }, { event, secretFile, inactive, pull, ...fields }, url?: string) => {
      const webhook: WebhookCreate = {
        ...(url === undefined ? {} : { url }),
        ...(pull === undefined ? {} : { kind: 'pull' }),
        ...fieldsOf(fields),
        ...(event === undefined ? {} : { eventKeys: [...event] }),
        ...(secretFile === undefined ? {} : { secret: readFileSync(secretFile, 'utf8').trim() }),
        ...(inactive === undefined ? {} : { isActive: false }),
      }
      const created = await client.webhooks.create(webhook)
      if (out.isJson) return out.json(created)
      const id = idText('webhook', created.id)
      out.say(`${colours.green('Created')} ${id} with ${subscribed(created.subscriptionCount)}.`)
      out.say(`"timbre webhooks secret ${id}" shows its signing secret.`)
    },
  )
}

function subscribed(count: number): string {
  if (count === 0) return 'no subscription: it gets nothing yet'
  return count === 1 ? '1 subscription' : `${count} subscriptions`
}

function updateCommand(webhooks: TimbreCommand): void {
  withServer<Fields & { url?: string; active?: true; inactive?: true }>(
    withFields(
      webhooks
        .command('update')
        .description('Change what is given; the rest stays')
        .argument('<webhook>', 'its id')
        .option('--url <url>', 'another URL'),
    )
      .addOption(new Option('--active', 'send to it; what was disabled is sent to again').conflicts('inactive'))
      .option('--inactive', 'send nothing to it')
      .example('timbre webhooks update wh_01J7W8A4XK0N5Y6Z7Q8P9R0S1T --ordering call --active'),
    async (server, { url, active, inactive, ...fields }, id = '') => {
      await server.client.webhooks.update(id, {
        ...fieldsOf(fields),
        ...(url === undefined ? {} : { url }),
        ...(active === undefined ? {} : { isActive: true }),
        ...(inactive === undefined ? {} : { isActive: false }),
      })
      await showWebhook(server, id)
    },
  )
}

async function deleteWebhook({ client, out }: Server, { yes }: { readonly yes?: true }, id = ''): Promise<void> {
  const { url, successCount, failureCount } = await client.webhooks.get(id)
  await confirmed(`Delete ${url} (${successCount} arrived, ${failureCount} failed)?`, yes === true)
  await client.webhooks.delete(id)
  out.say(`${colours.green('Deleted')} ${id}.`)
}

function secretCommands(webhooks: TimbreCommand): void {
  withServer(
    webhooks
      .command('secret')
      .description('Show the signing secret, and nothing else')
      .argument('<webhook>', 'its id')
      .example('timbre webhooks secret wh_01J7W8A4XK0N5Y6Z7Q8P9R0S1T > secret.txt'),
    async ({ client, out }, _, id = '') => {
      const secret = await client.webhooks.getSecret(id)
      if (out.isJson) out.json(secret)
      else out.plain(secret.secret)
    },
  )
  withServer<{ overlapHours?: number; endPrevious?: true }>(
    webhooks
      .command('rotate-secret')
      .description('Give it a new signing secret; until the overlap ends deliveries are signed with both')
      .argument('<webhook>', 'its id')
      .option('--overlap-hours <hours>', 'how long the replaced one still signs; else 24', wholeNumber(0, 168))
      .option('--end-previous', 'secrets of earlier rotations end at once: for one that has leaked')
      .example('timbre webhooks rotate-secret wh_01J7W8A4XK0N5Y6Z7Q8P9R0S1T --overlap-hours 48'),
    async ({ client, out }, { overlapHours, endPrevious }, id = '') => {
      const rotated = await client.webhooks.rotateSecret(id, {
        ...(overlapHours === undefined ? {} : { overlapHours }),
        ...(endPrevious === undefined ? {} : { endPrevious }),
      })
      if (out.isJson) return out.json(rotated)
      const until = rotated.previousSecretExpiresAt
      out.say(until === null ? 'Only the new secret signs.' : `Both sign until ${timeText(until)} UTC.`)
      out.say(`"timbre webhooks secret ${id}" shows the new one.`)
    },
  )
}

async function testWebhook({ client, out }: Server, { event }: { readonly event: string }, id = ''): Promise<void> {
  const result = await client.webhooks.test(id, { eventKey: event })
  if (out.isJson) out.json(result)
  else for (const line of attemptLines([result.attempt])) out.say(line)
  if (!result.delivered) process.exitCode = 1
}
