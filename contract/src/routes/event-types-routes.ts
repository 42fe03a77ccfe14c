// Owns the rows of the table of routes under "Event types".
import {
  EventKey,
  EventType,
  EventTypeCheck,
  EventTypeCreate,
  EventTypeUpdate,
  EventTypeVerdict,
} from '../event-type.ts'
import { PageOf, PageQuery } from '../page.ts'
import { Closed } from '../schema.ts'
import type { Route } from './route.ts'

const EventTypeParams = Closed({ key: EventKey })

export const EVENT_TYPES_ROUTES = {
  listEventTypes: {
    method: 'GET',
    path: '/v1/event-types',
    tag: 'Event types',
    summary: 'List the catalogue',
    scope: 'event-types:read',
    capability: 'view',
    query: Closed({ ...PageQuery }),
    status: 200,
    response: PageOf(EventType),
  },
  getEventType: {
    method: 'GET',
    path: '/v1/event-types/:key',
    tag: 'Event types',
    summary: 'Get an event type',
    scope: 'event-types:read',
    capability: 'view',
    params: EventTypeParams,
    status: 200,
    response: EventType,
  },
  createEventType: {
    method: 'POST',
    path: '/v1/event-types',
    tag: 'Event types',
    summary: 'Add an event type of your own',
    scope: 'event-types:write',
    capability: null,
    body: EventTypeCreate,
    status: 201,
    response: EventType,
  },
  checkEventType: {
    method: 'POST',
    path: '/v1/event-types/check',
    tag: 'Event types',
    summary: 'Check a schema and an example without keeping them',
    scope: 'event-types:write',
    capability: null,
    body: EventTypeCheck,
    status: 200,
    response: EventTypeVerdict,
  },
  updateEventType: {
    method: 'PATCH',
    path: '/v1/event-types/:key',
    tag: 'Event types',
    summary: 'Change an event type of your own',
    scope: 'event-types:write',
    capability: null,
    params: EventTypeParams,
    body: EventTypeUpdate,
    status: 200,
    response: EventType,
  },
  deleteEventType: {
    method: 'DELETE',
    path: '/v1/event-types/:key',
    tag: 'Event types',
    summary: 'Delete an event type of your own',
    scope: 'event-types:write',
    capability: null,
    params: EventTypeParams,
    status: 204,
  },
} as const satisfies Readonly<Record<string, Route>>
