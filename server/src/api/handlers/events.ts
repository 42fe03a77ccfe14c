// Owns what happens at /v1/events: publishing, one or many, and looking back. Publishing is the hot path: the body is
// parsed once and `data` is never serialised again.
import { OPERATIONAL_EVENT_KEYS } from '@timbre/contract/catalogue.ts'
import { type ErrorCode, Refusal } from '@timbre/contract/errors.ts'
import type { EventPublish } from '@timbre/contract/event.ts'
import { formatId } from '@timbre/contract/ids.ts'
import { HISTORY_LIMIT_MAX } from '@timbre/contract/page.ts'
import type { SchemaRequest } from '../../schemas/schemas.ts'
import { type AcceptedRow, type DeliveryRow, type NewEvent, REQUEST_DELIVERIES_MAX } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { HistoryList } from '../present/cursor.ts'
import { isoTime, parseTime, parseTimeRange } from '../present/iso-time.ts'
import { presentAccepted, presentEvent, presentEventDetail } from '../present/present-event.ts'
import type { CatalogueEntry } from '../publish/event-catalogue.ts'
import { agentIdOf, callIdOf, dataText, dataTextsOfBatch, envelopeText } from '../publish/event-text.ts'
import { skippedOfEvent } from '../publish/skipped-of-event.ts'
import { isUnusableType } from '../publish/unusable-type.ts'
import { knownEventId } from '../validation/known-id.ts'
import type { Call, Handlers } from './call.ts'

type EventRoutes = 'publishEvent' | 'publishEventBatch' | 'listEvents' | 'getEvent'

export function eventHandlers(api: Api): Pick<Handlers, EventRoutes> {
  return {
    async publishEvent(call) {
      const published = { event: call.body, dataText: dataText(call.bodyText) }
      const request = { workspaceId: call.caller.workspaceId }
      const type = typeOf(api, request, published)
      const event = validEvent(api, request, published, type instanceof Promise ? await type : type)
      const rows = await accept(api, call, [event instanceof Promise ? await event : event])
      // The engine answers with one row for each event.
      return presentAccepted(rows[0] as AcceptedRow)
    },
    publishEventBatch: (call) => publishBatch(api, call),
    async listEvents({ caller, query }) {
      const { type, callId, id, undelivered } = query
      const list = new HistoryList(api, 'events', caller)
      const request = list.request(query)
      const ofId = id === undefined ? id : knownEventId(id)
      const filter = { type, callId, id: ofId, undelivered, ...parseTimeRange(query) }
      return list.present(request, await api.storage.listEvents(caller.workspaceId, filter, request), presentEvent)
    },
    async getEvent({ caller, params, language }) {
      const id = knownEventId(params.eventId)
      const event = await api.storage.findEvent(caller.workspaceId, id)
      if (event === undefined) throw new Refusal('EVENT_NOT_FOUND', { id })
      const deliveries = await deliveriesOf(api, caller.workspaceId, id)
      const candidates = await api.storage.listCandidates(caller.workspaceId, event.type, CANDIDATES_MAX)
      const reached = new Set(deliveries.map(({ webhookId }) => webhookId))
      return presentEventDetail(event, deliveries, skippedOfEvent(event, candidates, reached), language)
    },
  }
}

/** Of the webhooks of a workspace; the default limit of a workspace is 100. */
const CANDIDATES_MAX = 500

/** Of `data` that is validated in one tick. */
const TICK_LENGTH = 128 * 1024

async function publishBatch(api: Api, call: Call<'publishEventBatch'>) {
  const dataTexts = dataTextsOfBatch(call.bodyText)
  const request = { workspaceId: call.caller.workspaceId }
  const made: (NewEvent | Promise<NewEvent>)[] = []
  let refusal: unknown
  let inTick = 0
  for (const [index, event] of call.body.events.entries()) {
    if (inTick > TICK_LENGTH) {
      await api.loop.afterTick()
      inTick = 0
    }
    try {
      const published = { event, dataText: dataTexts.next().value ?? '{}', index }
      inTick += published.dataText.length
      const type = typeOf(api, request, published)
      // A thousand microtasks would cost more than the work: few have to be waited for.
      const item = validEvent(api, request, published, type instanceof Promise ? await type : type)
      // Awaited below, in order: one that is rejected before that must not end the process.
      if (item instanceof Promise) item.catch(() => undefined)
      made.push(item)
    } catch (error) {
      refusal = error
      break
    }
  }
  const events: NewEvent[] = []
  // The first that is wrong is told, whichever was found first.
  for (const item of made) events.push(item instanceof Promise ? await item : item)
  if (refusal !== undefined) throw refusal
  return { data: (await accept(api, call, events)).map(presentAccepted) }
}

async function accept(
  { engine }: Api,
  call: Call<'publishEvent'> | Call<'publishEventBatch'>,
  events: readonly NewEvent[],
): Promise<readonly AcceptedRow[]> {
  const { workspaceId } = call.caller
  const result = await engine.accept({ workspaceId, events, idempotency: call.idempotency })
  switch (result.kind) {
    case 'call_moved':
      throw new Error('an event that no source said was of a call that had moved')
    case 'accepted':
      return result.events
    case 'repeated':
      call.replayed()
      return result.events
    case 'key_reused':
      throw new Refusal('IDEMPOTENCY_KEY_REUSED')
    case 'id_reused':
      throw new Refusal('EVENT_ID_REUSED', {
        id: events[result.place]?.id,
        ...(events.length > 1 ? { index: result.place } : {}),
      })
    case 'too_many_deliveries':
      throw new Refusal('TOO_MANY_DELIVERIES', {
        deliveries: result.deliveries,
        limit: REQUEST_DELIVERIES_MAX,
        eventsAtOnce: Math.max(1, Math.floor((events.length * REQUEST_DELIVERIES_MAX) / result.deliveries)),
      })
  }
}

interface PublishedEvent {
  readonly event: EventPublish
  readonly dataText: string
  /** Its place in a batch. */
  readonly index?: number
}

/** The workspace that publishes, with the budget that all events of its request share: made for the first that needs one. */
interface PublishRequest {
  readonly workspaceId: string
  schemas?: SchemaRequest
}

/** What validates the event. Throws UNKNOWN_EVENT_TYPE, EVENT_TYPE_RESERVED; in a batch each names the index. */
function typeOf(
  api: Api,
  { workspaceId }: PublishRequest,
  published: PublishedEvent,
): CatalogueEntry | Promise<CatalogueEntry> {
  const key = published.event.type
  if (OPERATIONAL_EVENT_KEYS.has(key)) throw eventRefusal('EVENT_TYPE_RESERVED', published, 'type')
  const known = api.catalogue.findKnown(workspaceId, key)
  if (known !== undefined) return known
  return api.catalogue.find(workspaceId, key).then((type) => {
    if (type === undefined) throw eventRefusal('UNKNOWN_EVENT_TYPE', published, 'type')
    return type
  })
}

/**
 * The event to be accepted; a promise only where its verdict has to be waited for. Throws INVALID_EVENT_DATA,
 * EVENT_TYPE_UNUSABLE, INVALID_INPUT, TOO_MANY_REQUESTS; in a batch each names the index.
 */
function validEvent(
  api: Api,
  request: PublishRequest,
  published: PublishedEvent,
  type: CatalogueEntry,
): NewEvent | Promise<NewEvent> {
  const pointer = pointerTo(published, 'data')
  const { data } = published.event
  if (type.schema === undefined) return eventWithout(type.validate(data, pointer), api, published)
  const value = { value: data, text: published.dataText, pointer }
  try {
    request.schemas ??= api.schemas.request(request.workspaceId)
    const findings = request.schemas.validate(type.schema, value)
    if (!(findings instanceof Promise)) return eventWithout(findings, api, published)
    return findings.then(
      (found) => eventWithout(found, api, published),
      (error) => {
        throw refusedSchema(error, published)
      },
    )
  } catch (error) {
    throw refusedSchema(error, published)
  }
}

function refusedSchema(error: unknown, published: PublishedEvent): unknown {
  return isUnusableType(error) ? eventRefusal('EVENT_TYPE_UNUSABLE', published, 'type', error.details) : error
}

/** Throws INVALID_EVENT_DATA when something was found. */
function eventWithout(findings: readonly object[], { clock, random }: Api, published: PublishedEvent): NewEvent {
  if (findings.length > 0) throw eventRefusal('INVALID_EVENT_DATA', published, 'data', { findings })
  const { event, dataText } = published
  const now = clock.now()
  const createdAt = event.createdAt === undefined ? now : parseTime(event.createdAt, pointerTo(published, 'createdAt'))
  const id = event.id === undefined ? formatId('event', random.uuid(now)) : knownEventId(event.id)
  return {
    id,
    type: event.type,
    agentId: agentIdOf(event),
    callId: callIdOf(event.data),
    createdAt,
    acceptedAt: now,
    envelope: envelopeText({ id, type: event.type, createdAt: isoTime(createdAt), dataText }),
  }
}

function pointerTo({ index }: PublishedEvent, field: string): string {
  return index === undefined ? `/${field}` : `/events/${index}/${field}`
}

function eventRefusal(code: ErrorCode, published: PublishedEvent, field: string, details: object = {}): Refusal {
  const { event, index } = published
  const place = index === undefined ? {} : { index, path: pointerTo(published, field) }
  return new Refusal(code, { key: event.type, ...place, ...details })
}

/** The newest of them, which is all but where replays have added more than one for each webhook. `GET /v1/deliveries?eventId=` lists all. */
async function deliveriesOf({ storage }: Api, workspaceId: string, eventId: string): Promise<readonly DeliveryRow[]> {
  const first = { limit: HISTORY_LIMIT_MAX, before: null }
  return (await storage.listDeliveries(workspaceId, { eventId }, first)).rows
}
