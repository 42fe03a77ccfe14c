// Owns the tools of the catalogue: which event types there are, and what one holds.
import { EventKey } from '@timbre/contract/event-type.ts'
import { Closed } from '@timbre/contract/schema.ts'
import Type from 'typebox'
import { EventTypeDetail, eventTypeDetail, ShownEventType, shownEventType } from '../present/event-type.ts'
import { historyQuery, pageInput, pageOutput } from '../present/page.ts'
import { type Tool, tool } from '../tool.ts'

const listEventTypes = tool({
  name: 'list_event_types',
  title: 'List event types',
  description: 'The catalogue: the types of events that can be published and subscribed to, built in and own ones.',
  input: Closed(pageInput),
  output: Type.Object({ eventTypes: Type.Array(ShownEventType), ...pageOutput }),
  routes: ['listEventTypes'],
  effect: 'reads',
  async run(input, { client, signal }) {
    const { data, meta } = await client.eventTypes.list(historyQuery(input), { signal })
    return { eventTypes: data.map(shownEventType), total: meta.total, hasNext: meta.hasNext }
  },
})

const showEventType = tool({
  name: 'show_event_type',
  title: 'Show an event type',
  description: 'One event type with the JSON Schema of its data and an example.',
  input: Closed({ key: EventKey }),
  output: EventTypeDetail,
  routes: ['getEventType'],
  effect: 'reads',
  async run({ key }, { client, signal }) {
    return eventTypeDetail(await client.eventTypes.get(key, { signal }))
  },
})

export const EVENT_TYPE_TOOLS: readonly Tool[] = [listEventTypes, showEventType]
