// Owns the tool that finds what an id is of, and what became of it: a call, event, delivery, webhook, subscription or replay.
import { NotFoundError, PermissionError, ValidationError } from '@getsupervisor/agents-studio-sdk'
import { ID_PREFIXES, parseId } from '@timbre/contract/ids.ts'
import { Closed, Words } from '@timbre/contract/schema.ts'
import Type from 'typebox'
import { CallEvidence, callEvidence } from '../present/call.ts'
import { ATTEMPTS_SHOWN, DeliveryEvidence, deliveryEvidence } from '../present/delivery.ts'
import { EventEvidence, eventEvidence } from '../present/event.ts'
import { Id } from '../present/ids.ts'
import { ShownReplay, shownReplay } from '../present/replay.ts'
import { ShownSubscription, shownSubscription } from '../present/subscription.ts'
import { ShownWebhook, shownWebhook } from '../present/webhook.ts'
import { type ToolContext, ToolRefusal, tool } from '../tool.ts'

/** In this order they are looked for where the id does not say of what it is: the last two go through the webhooks. */
const KINDS = ['delivery', 'webhook', 'event', 'call', 'subscription', 'replay'] as const

const Found = Type.Object({
  kind: Words(KINDS, { description: 'Which of the members below is there' }),
  call: Type.Optional(CallEvidence),
  event: Type.Optional(EventEvidence),
  delivery: Type.Optional(DeliveryEvidence),
  webhook: Type.Optional(Type.Object({ ...ShownWebhook.properties, subscriptions: Type.Array(ShownSubscription) })),
  subscription: Type.Optional(ShownSubscription),
  replay: Type.Optional(ShownReplay),
})
type Found = Type.Static<typeof Found>

/** Webhooks that are looked through for a subscription or a replay: only their webhook leads to them. */
const WEBHOOKS_LOOKED_AT = 100
const SUBSCRIPTIONS_SHOWN = 50

export const find = tool({
  name: 'find',
  title: 'Find what happened',
  description:
    'What happened to anything with an id: a call (its events in order, and what became of each), an event (its data, deliveries, and which webhooks did not get it and why), a delivery (its payload, its attempts, what the receiver answered), a webhook, a subscription or a replay. Begin here when you are given an id.',
  input: Closed({ id: Id('Any id in any form: evt_…, dlv_…, wh_…, sub_…, rpl_…, a UUID, or the id of a call') }),
  output: Found,
  routes: ['findDelivery', 'getEvent', 'getCall', 'getWebhook'],
  effect: 'reads',
  async run({ id }, context) {
    let closed: PermissionError | undefined
    for (const look of looksFor(id)) {
      try {
        const found = await unlessMissing(() => look(context, id))
        if (found !== undefined) return found
      } catch (error) {
        // It may be of a kind that this key may see.
        if (!(error instanceof PermissionError)) throw error
        closed = error
      }
    }
    if (closed !== undefined) throw closed
    throw new ToolRefusal(
      'Nothing in this workspace has this id. Check it, or look through list_calls and list_events.',
    )
  },
})

type Look = (context: ToolContext, id: string) => Promise<Found | undefined>

const LOOKS: Readonly<Record<(typeof KINDS)[number], Look>> = {
  async delivery({ client, signal }, id) {
    const delivery = await client.deliveries.get(id, { signal })
    const query = { limit: ATTEMPTS_SHOWN }
    const attempts = await client.webhooks.listAttempts(delivery.webhookId, delivery.id, query, { signal })
    return { kind: 'delivery', delivery: deliveryEvidence(delivery, attempts.data) }
  },
  async webhook({ client, signal }, id) {
    const webhook = await client.webhooks.get(id, { signal })
    const query = { limit: SUBSCRIPTIONS_SHOWN }
    const { data } = await client.webhooks.listSubscriptions(webhook.id, query, { signal })
    return { kind: 'webhook', webhook: { ...shownWebhook(webhook), subscriptions: data.map(shownSubscription) } }
  },
  async event({ client, signal }, id) {
    return { kind: 'event', event: eventEvidence(await client.events.get(id, { signal })) }
  },
  async subscription(context, id) {
    return lookThrough(context, async (webhookId) => {
      const found = await context.client.webhooks.getSubscription(webhookId, id, { signal: context.signal })
      return { kind: 'subscription', subscription: shownSubscription(found) }
    })
  },
  async replay(context, id) {
    return lookThrough(context, async (webhookId) => {
      const found = await context.client.webhooks.getReplay(webhookId, id, { signal: context.signal })
      return { kind: 'replay', replay: shownReplay(found) }
    })
  },
  async call({ client, signal }, id) {
    return { kind: 'call', call: callEvidence(await client.calls.get(id, { signal })) }
  },
}

function looksFor(id: string): Look[] {
  // Neither can be named by a URL.
  if (id === '.' || id === '..') return []
  const named = KINDS.filter((kind) => kind !== 'call' && id.startsWith(`${ID_PREFIXES[kind]}_`))
  const isUuid = parseId('webhook', id) !== undefined
  // Whoever publishes may call a call anything.
  const kinds = named.length > 0 ? [...named, 'call' as const] : isUuid ? KINDS : (['call'] as const)
  return [...new Set(kinds)].map((kind) => LOOKS[kind])
}

async function lookThrough(
  { client, signal }: ToolContext,
  look: (webhookId: string) => Promise<Found>,
): Promise<Found | undefined> {
  const { data } = await client.webhooks.list({ limit: WEBHOOKS_LOOKED_AT }, { signal })
  for (const { id } of data) {
    const found = await unlessMissing(() => look(id))
    if (found !== undefined) return found
  }
  return undefined
}

/** undefined also where it cannot be an id of this kind at all. */
async function unlessMissing(look: () => Promise<Found | undefined>): Promise<Found | undefined> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof NotFoundError || error instanceof ValidationError) return undefined
    throw error
  }
}
