// Owns the parameters of operations as components: each is described once, with an example.
import { STREAM_CURSOR_LENGTH_MAX } from '@timbre/contract/delivery-stream.ts'
import { HISTORY_LIMIT_MAX } from '@timbre/contract/page.ts'
import { IDEMPOTENCY_KEY_PATTERN, type Route } from '@timbre/contract/routes.ts'
import { schemaReference } from './component-schemas.ts'

type Json = Readonly<Record<string, unknown>>

interface Note {
  readonly description: string
  readonly example: unknown
}

const UUID = '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d'
const EITHER = 'a UUID, or the prefixed form'

/** By name, or by place and name. */
const NOTES: Readonly<Record<string, Note>> = {
  webhookId: { description: `The webhook: ${EITHER} (\`wh_…\`)`, example: UUID },
  subscriptionId: { description: `The subscription: ${EITHER} (\`sub_…\`)`, example: UUID },
  deliveryId: { description: `The delivery: ${EITHER} (\`dlv_…\`)`, example: UUID },
  replayId: { description: `The replay: ${EITHER} (\`rpl_…\`)`, example: UUID },
  apiKeyId: { description: `The API key: ${EITHER} (\`key_…\`)`, example: UUID },
  testReceiverId: { description: `The test receiver: ${EITHER} (\`trc_…\`)`, example: UUID },
  portalSessionId: { description: `The portal session: ${EITHER} (\`pts_…\`)`, example: UUID },
  sourceId: { description: `The source: ${EITHER} (\`src_…\`)`, example: UUID },
  workspaceId: { description: `The workspace: ${EITHER} (\`ws_…\`)`, example: UUID },
  'path callId': {
    description: 'The call: `data.call_id` of its events, percent-encoded',
    example: 'Jabr9TXYYJHfvl6Syypi88rdAHYHmcq6',
  },
  eventId: { description: 'The event: `evt_…`, or a UUID', example: 'evt_01J7W8A4XK0N5Y6Z7Q8P9R0S1T' },
  id: { description: 'Only the event of this id', example: 'evt_01J7W8A4XK0N5Y6Z7Q8P9R0S1T' },
  key: { description: 'The event type', example: 'order.paid' },
  page: { description: 'Which page, counted from 1', example: 1 },
  limit: { description: 'The most rows of a page', example: 20 },
  after: { description: '', example: 'kq3vJ0mZ8uXo1TfYc5hWbgA4dN2pLs7e' },
  since: { description: 'The beginning of the range, included', example: '2025-08-19T16:00:00.000Z' },
  until: { description: 'The end of the range, not included', example: '2025-08-20T16:00:00.000Z' },
  status: { description: 'Only deliveries that stand so', example: 'failed' },
  eventKey: { description: 'Only deliveries of this event type', example: 'call.completed' },
  type: { description: 'Only events of this type', example: 'call.completed' },
  callId: { description: 'Only events of this call', example: 'Jabr9TXYYJHfvl6Syypi88rdAHYHmcq6' },
  agentId: { description: 'Only calls of this agent', example: UUID },
  state: { description: 'Only calls that stand so by what their source said', example: 'ongoing' },
  provider: { description: 'Only calls that this provider told of', example: 'twilio' },
  number: { description: '', example: '+525538808448' },
  isActive: { description: 'Only those that are active, or are not', example: true },
  bucket: { description: '', example: '5m' },
  lastEventId: { description: '', example: 'kq3vJ0mZ8uXo1TfYc5hWbgA4dN2pLs7eQ0r' },
  undelivered: { description: '', example: true },
}

const IDEMPOTENCY_KEY: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'The same key with the same body within 24 h gives the first response again, and nothing is done twice. With another body: 409',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: IDEMPOTENCY_KEY_PATTERN },
  example: 'order-4711',
}
const LAST_EVENT_ID: Json = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description: 'The id of the last frame that was read: the stream goes on behind it. Absent: from now on',
  schema: { type: 'string', maxLength: STREAM_CURSOR_LENGTH_MAX },
  example: 'kq3vJ0mZ8uXo1TfYc5hWbgA4dN2pLs7eQ0r',
}
/** As CursorCipher writes them. */
const CURSOR_PATTERN = '^[A-Za-z0-9_-]{32}$'
/** The same in the query of every list. */
const OF_LISTS: ReadonlySet<string> = new Set(['page', 'after', 'since', 'until'])

export class Parameters {
  readonly #components = new Map<string, Json>()

  of(route: Route): Json[] {
    const header =
      route.method === 'POST' && route.scope !== null ? [this.#reference('IdempotencyKey', IDEMPOTENCY_KEY)] : []
    const from = route.streams !== undefined ? [this.#reference('LastEventId', LAST_EVENT_ID)] : []
    return [...this.#from(route.params, 'path'), ...this.#from(route.query, 'query'), ...header, ...from]
  }

  get components(): Json {
    return Object.fromEntries(this.#components)
  }

  #from(object: object | undefined, place: 'path' | 'query'): Json[] {
    // An object schema, by the table.
    const { properties = {}, required = [] } = (object ?? {}) as { properties?: Json; required?: string[] }
    return Object.entries(properties).map(([name, property]) => {
      const isRequired = place === 'path' || required.includes(name)
      const parameter = parameterOf(name, place, isRequired, property as Json)
      return this.#reference(componentName(name, place, property as Json), parameter)
    })
  }

  #reference(component: string, parameter: Json): Json {
    const known = this.#components.get(component)
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(parameter))
      throw new Error(`There are two parameters ${component}.`)
    this.#components.set(component, parameter)
    return { $ref: `#/components/parameters/${component}` }
  }
}

function parameterOf(name: string, place: 'path' | 'query', required: boolean, property: Json): Json {
  const note = NOTES[`${place} ${name}`] ?? NOTES[name]
  if (note === undefined) throw new Error(`The parameter ${name} has no description and no example.`)
  const { description = note.description, title: _, examples, ...schema } = schemaReference(property) as Json
  const example = (examples as readonly unknown[] | undefined)?.[0] ?? note.example
  const pattern = name === 'after' ? { pattern: CURSOR_PATTERN } : {}
  return { name, in: place, required, description, schema: { ...schema, ...pattern }, example }
}

/** A schema with a title tells it from another parameter of its name. */
function componentName(name: string, place: 'path' | 'query', { maximum, title = name }: Json): string {
  const word = String(title)
  const pascal = word.charAt(0).toUpperCase() + word.slice(1)
  if (name === 'limit') return maximum === HISTORY_LIMIT_MAX ? 'HistoryLimit' : 'PageLimit'
  return place === 'path' || OF_LISTS.has(name) ? pascal : `${pascal}Filter`
}
