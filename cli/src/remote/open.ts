// Owns `timbre open`: any id leads to the very thing, whatever it is of and however it is written.
import { NotFoundError, PermissionError, ValidationError } from '@getsupervisor/agents-studio-sdk'
import { ID_PREFIXES } from '@timbre/contract/ids.ts'
import { CommandError } from '../frame/command-failure.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { timeText } from '../frame/times.ts'
import { showEventType } from './event-types.ts'
import { openApiKey, openSource, openTestReceiver, openWorkspace } from './open-others.ts'
import { activeCell, bothIds, idText } from './present/words.ts'
import { showReplay } from './replay.ts'
import { showCall } from './show-call.ts'
import { showDelivery } from './show-delivery.ts'
import { showEvent } from './show-event.ts'
import { showWebhook } from './show-webhook.ts'
import { type Server, withServer } from './with-server.ts'

/** Shows the thing and says true, or says false: there is none of this kind with this id. */
type Opener = (server: Server, id: string) => Promise<boolean>

/** In this order where the id does not say of what it is. */
const OPENERS = {
  delivery: (server, id) => unlessMissing(() => showDelivery(server, id, false)),
  webhook: (server, id) => unlessMissing(() => showWebhook(server, id)),
  event: (server, id) => unlessMissing(() => showEvent(server, id)),
  subscription: openSubscription,
  replay: openReplay,
  source: (server, id) => unlessRefused(() => openSource(server, id)),
  apiKey: (server, id) => unlessRefused(() => openApiKey(server, id)),
  testReceiver: (server, id) => unlessRefused(() => openTestReceiver(server, id)),
  workspace: (server, id) => unlessRefused(() => openWorkspace(server, id)),
} as const satisfies Readonly<Record<string, Opener>>

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export function openCommand(): TimbreCommand {
  return withServer(
    new TimbreCommand('open')
      .description(
        'Show what an id is of: a webhook, delivery, event, subscription, replay, source, API key, test receiver, workspace, event type or call',
      )
      .argument('<id>', 'any id, in any form, the key of an event type, or the id of a call')
      .example('timbre open dlv_01J7W8A4XK0N5Y6Z7Q8P9R0S1T')
      .example('timbre open call-1', 'the events of a call'),
    open,
  )
}

async function open(server: Server, _: object, id = ''): Promise<void> {
  for (const opener of openersFor(id)) if (await opener(server, id)) return
  throw new CommandError(`Nothing in this workspace has the id ${id}.`, 'notFound')
}

function openersFor(id: string): Opener[] {
  const named = Object.entries(OPENERS).filter(([noun]) => {
    // The keys are nouns that have a prefix.
    return id.startsWith(`${ID_PREFIXES[noun as keyof typeof OPENERS]}_`)
  })
  const openers = named.length > 0 ? named : UUID.test(id) ? Object.entries(OPENERS) : []
  // Whoever publishes may call a call anything.
  return [
    ...openers.map(([, opener]) => opener),
    (server, callId) => unlessMissing(() => showCall(server, callId)),
    (server, key) => unlessMissing(() => showEventType(server, key)),
  ]
}

/** A key without the scope sees none of these: what it may see is looked at all the same. */
async function unlessRefused(open: () => Promise<boolean>): Promise<boolean> {
  try {
    let isThere = false
    return (
      (await unlessMissing(async () => {
        isThere = await open()
      })) && isThere
    )
  } catch (error) {
    if (error instanceof PermissionError) return false
    throw error
  }
}

async function unlessMissing(show: () => Promise<void>): Promise<boolean> {
  try {
    await show()
    return true
  } catch (error) {
    // Also what cannot be an id of this kind at all.
    if (error instanceof NotFoundError || error instanceof ValidationError) return false
    if (error instanceof CommandError && error.exit === 'notFound') return false
    throw error
  }
}

async function openSubscription({ client, out }: Server, id: string): Promise<boolean> {
  for await (const webhook of client.webhooks.list({ limit: 100 }))
    for await (const one of client.webhooks.listSubscriptions(webhook.id, { limit: 100 }))
      if (one.id === id || idText('subscription', one.id) === id) {
        out.thing(one, [
          ['subscription', bothIds('subscription', one.id)],
          ['type', one.eventKey],
          ['state', activeCell(one.isActive)],
          ['webhook', `${idText('webhook', webhook.id)}  ${webhook.url}`],
          ['since', `${timeText(one.createdAt)} UTC`],
        ])
        return true
      }
  return false
}

async function openReplay(server: Server, id: string): Promise<boolean> {
  for await (const webhook of server.client.webhooks.list({ limit: 100 })) {
    const isFound = await unlessMissing(async () =>
      showReplay(server, await server.client.webhooks.getReplay(webhook.id, id)),
    )
    if (isFound) return true
  }
  return false
}
