// Owns `timbre subscriptions`: which event types a webhook wants.
import type { Subscription } from '@getsupervisor/agents-studio-sdk'
import { colours } from '../frame/colours.ts'
import { CommandError } from '../frame/command-failure.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { idText } from './present/words.ts'
import { SUBSCRIPTION_COLUMNS } from './show-webhook.ts'
import { type Server, withServer } from './with-server.ts'

export function subscriptionsCommand(): TimbreCommand {
  const subscriptions = new TimbreCommand('subscriptions').description('The event types that a webhook wants')
  withServer(
    subscriptions
      .command('list')
      .description('All subscriptions of a webhook')
      .argument('<webhook>', 'its id')
      .example('timbre subscriptions list wh_01J7W8A4XK0N5Y6Z7Q8P9R0S1T'),
    ({ client, out }, _, webhookId = '') =>
      out.list(client.webhooks.listSubscriptions(webhookId, { limit: 100 }), SUBSCRIPTION_COLUMNS, {
        none: 'It subscribes to nothing, and so gets nothing.',
      }),
  )
  withServer(
    subscriptions
      .command('add')
      .description('Subscribe a webhook to an event type')
      .argument('<webhook>', 'its id')
      .argument('<type>', 'the event type')
      .example('timbre subscriptions add wh_01J7W8A4XK0N5Y6Z7Q8P9R0S1T call.error'),
    async ({ client, out }, _, webhookId = '', eventKey = '') => {
      const made = await client.webhooks.createSubscription(webhookId, { eventKey })
      if (out.isJson) out.json(made)
      else out.say(`${colours.green('Subscribed')} to ${eventKey} (${idText('subscription', made.id)}).`)
    },
  )
  for (const [name, isActive, says] of [
    ['pause', false, 'Send nothing of it until it is resumed'],
    ['resume', true, 'Send it again'],
  ] as const)
    withServer(
      ofOne(subscriptions.command(name).description(says), `timbre subscriptions ${name}`),
      async (server, _, webhookId = '', which = '') => {
        const { id } = await find(server, webhookId, which)
        const changed = await server.client.webhooks.updateSubscription(webhookId, id, { isActive })
        if (server.out.isJson) server.out.json(changed)
        else server.out.say(`${colours.green(isActive ? 'Resumed' : 'Paused')}: ${changed.eventKey}.`)
      },
    )
  withServer(
    ofOne(subscriptions.command('remove').description('End a subscription'), 'timbre subscriptions remove'),
    async (server, _, webhookId = '', which = '') => {
      const { id, eventKey } = await find(server, webhookId, which)
      await server.client.webhooks.deleteSubscription(webhookId, id)
      server.out.say(`${colours.green('Removed')}: ${eventKey}.`)
    },
  )
  return subscriptions
}

function ofOne(command: TimbreCommand, typed: string): TimbreCommand {
  return command
    .argument('<webhook>', 'its id')
    .argument('<subscription>', 'its id, or its event type')
    .example(`${typed} wh_01J7W8A4XK0N5Y6Z7Q8P9R0S1T call.completed`)
}

/** By its id in either form, or by its event type: there is at most one of each. */
async function find({ client }: Server, webhookId: string, which: string): Promise<Subscription> {
  for await (const one of client.webhooks.listSubscriptions(webhookId, { limit: 100 }))
    if ([one.id, idText('subscription', one.id), one.eventKey].includes(which)) return one
  throw new CommandError(`This webhook has no subscription ${which}.`, 'notFound')
}
