// Owns the rows of the table of routes under "Events".

import Type from 'typebox'
import { EventDetail } from '../delivery.ts'
import {
  AcceptedEvent,
  AcceptedEventBatch,
  EVENT_BATCH_BYTES_MAX,
  EVENT_BODY_BYTES_MAX,
  EventPublish,
  EventPublishBatch,
  EventSummary,
} from '../event.ts'
import { EventKey } from '../event-type.ts'
import { EVENT_ID_PATTERN } from '../ids.ts'
import { HistoryOf, HistoryQuery } from '../page.ts'
import { Closed } from '../schema.ts'
import type { Route } from './route.ts'
import { timeRange } from './route-parts.ts'

const EventParams = Closed({ eventId: Type.String({ pattern: EVENT_ID_PATTERN }) })

export const EVENTS_ROUTES = {
  publishEvent: {
    method: 'POST',
    path: '/v1/events',
    tag: 'Events',
    summary: 'Publish an event',
    scope: 'events:write',
    capability: 'publish',
    body: EventPublish,
    bodyBytesMax: EVENT_BODY_BYTES_MAX,
    status: 202,
    response: AcceptedEvent,
  },
  publishEventBatch: {
    method: 'POST',
    path: '/v1/events/batch',
    tag: 'Events',
    summary: 'Publish up to 1000 events, all or nothing',
    scope: 'events:write',
    capability: 'publish',
    body: EventPublishBatch,
    bodyBytesMax: EVENT_BATCH_BYTES_MAX,
    status: 202,
    response: AcceptedEventBatch,
  },
  listEvents: {
    method: 'GET',
    path: '/v1/events',
    tag: 'Events',
    summary: 'List events, newest first',
    scope: 'events:read',
    capability: 'view',
    query: Closed({
      type: Type.Optional(EventKey),
      callId: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
      id: Type.Optional(Type.String({ pattern: EVENT_ID_PATTERN })),
      undelivered: Type.Optional(
        Type.Boolean({ description: 'true: only events without a delivery; false: only those with one' }),
      ),
      ...timeRange,
      ...HistoryQuery,
    }),
    status: 200,
    response: HistoryOf(EventSummary),
  },
  getEvent: {
    method: 'GET',
    path: '/v1/events/:eventId',
    tag: 'Events',
    summary: 'Get an event with its deliveries',
    scope: 'events:read',
    capability: 'view',
    params: EventParams,
    status: 200,
    response: EventDetail,
  },
} as const satisfies Readonly<Record<string, Route>>
