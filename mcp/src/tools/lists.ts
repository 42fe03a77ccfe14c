// Owns the tools that list: webhooks, deliveries, events and calls, with filters and cursors, newest first.
import { DELIVERY_STATUSES } from '@timbre/contract/delivery-status.ts'
import { EventKey } from '@timbre/contract/event-type.ts'
import { Closed, Words } from '@timbre/contract/schema.ts'
import Type from 'typebox'
import { ShownCall, shownCall } from '../present/call.ts'
import { ShownDelivery, shownDelivery } from '../present/delivery.ts'
import { ShownEvent, shownEvent } from '../present/event.ts'
import { Id } from '../present/ids.ts'
import { cursorInput, historyQuery, nextCursor, pageInput, pageOutput, timeInput } from '../present/page.ts'
import { ShownWebhook, shownWebhook } from '../present/webhook.ts'
import { type Tool, tool } from '../tool.ts'

const listWebhooks = tool({
  name: 'list_webhooks',
  title: 'List webhooks',
  description:
    'The webhooks of the workspace, newest first: where events are sent, whether each is active, and how many deliveries succeeded and failed.',
  input: Closed(pageInput),
  output: Type.Object({ webhooks: Type.Array(ShownWebhook), ...pageOutput }),
  routes: ['listWebhooks'],
  effect: 'reads',
  async run(input, { client, signal }) {
    const { data, meta } = await client.webhooks.list(historyQuery(input), { signal })
    return { webhooks: data.map(shownWebhook), total: meta.total, hasNext: meta.hasNext }
  },
})

const listDeliveries = tool({
  name: 'list_deliveries',
  title: 'List deliveries',
  description:
    'Deliveries, newest first: one event for one webhook, with its status (queued, sending, success, failed), attempts and last error. Filter by webhook, event, type, status and time.',
  input: Closed({
    webhookId: Type.Optional(Id('Only of this webhook')),
    eventId: Type.Optional(Id('Only of this event')),
    eventKey: Type.Optional(EventKey),
    status: Type.Optional(Words(DELIVERY_STATUSES)),
    ...timeInput,
    ...cursorInput,
  }),
  output: Type.Object({ deliveries: Type.Array(ShownDelivery), nextCursor }),
  routes: ['listDeliveries'],
  effect: 'reads',
  async run(input, { client, signal }) {
    const { data, meta } = await client.deliveries.list(historyQuery(input), { signal })
    return { deliveries: data.map(shownDelivery), nextCursor: meta.nextCursor }
  },
})

const listEvents = tool({
  name: 'list_events',
  title: 'List events',
  description:
    'Events that were published, newest first. Filter by type, call and time; `undelivered: true` finds those that no webhook got.',
  input: Closed({
    type: Type.Optional(EventKey),
    callId: Type.Optional(Id('Only with this `data.call_id`')),
    undelivered: Type.Optional(Type.Boolean({ description: 'true: only events without a delivery' })),
    ...timeInput,
    ...cursorInput,
  }),
  output: Type.Object({ events: Type.Array(ShownEvent), nextCursor }),
  routes: ['listEvents'],
  effect: 'reads',
  async run(input, { client, signal }) {
    const { data, meta } = await client.events.list(historyQuery(input), { signal })
    return { events: data.map(shownEvent), nextCursor: meta.nextCursor }
  },
})

const listCalls = tool({
  name: 'list_calls',
  title: 'List calls',
  description:
    'Calls that events speak of, newest first, with how many of their deliveries arrived. Filter by status, number, agent and time.',
  input: Closed({
    status: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'Last known `data.call_status`' })),
    number: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'From or to this number' })),
    agentId: Type.Optional(Id('Only of this agent')),
    ...timeInput,
    ...cursorInput,
  }),
  output: Type.Object({ calls: Type.Array(ShownCall), nextCursor }),
  routes: ['listCalls'],
  effect: 'reads',
  async run(input, { client, signal }) {
    const { data, meta } = await client.calls.list(historyQuery(input), { signal })
    return { calls: data.map(shownCall), nextCursor: meta.nextCursor }
  },
})

export const LISTS: readonly Tool[] = [listCalls, listEvents, listDeliveries, listWebhooks]
