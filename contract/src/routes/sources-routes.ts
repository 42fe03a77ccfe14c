// Owns the rows of the table of routes under "Sources". Where a provider posts to is no route of the table: it has no key.
import { PageOf, PageQuery } from '../page.ts'
import { Closed, IdInput } from '../schema.ts'
import { RefusedRequests, Source, SourceCreate, SourceUpdate } from '../source.ts'
import type { Route } from './route.ts'

const SourceParams = Closed({ sourceId: IdInput('source') })

export const SOURCES_ROUTES = {
  createSource: {
    method: 'POST',
    path: '/v1/sources',
    tag: 'Sources',
    summary: 'Add a provider of calls',
    scope: 'sources:write',
    capability: null,
    body: SourceCreate,
    status: 201,
    response: Source,
  },
  listSources: {
    method: 'GET',
    path: '/v1/sources',
    tag: 'Sources',
    summary: 'List sources, newest first',
    scope: 'sources:read',
    capability: null,
    query: Closed({ ...PageQuery }),
    status: 200,
    response: PageOf(Source),
  },
  getSource: {
    method: 'GET',
    path: '/v1/sources/:sourceId',
    tag: 'Sources',
    summary: 'Get a source',
    scope: 'sources:read',
    capability: null,
    params: SourceParams,
    status: 200,
    response: Source,
  },
  updateSource: {
    method: 'PATCH',
    path: '/v1/sources/:sourceId',
    tag: 'Sources',
    summary: 'Change a source, or rotate its secret',
    scope: 'sources:write',
    capability: null,
    params: SourceParams,
    body: SourceUpdate,
    status: 200,
    response: Source,
  },
  deleteSource: {
    method: 'DELETE',
    path: '/v1/sources/:sourceId',
    tag: 'Sources',
    summary: 'Delete a source; its signals go with it',
    scope: 'sources:write',
    capability: null,
    params: SourceParams,
    status: 204,
  },
  listRefusedRequests: {
    method: 'GET',
    path: '/v1/sources/:sourceId/requests',
    tag: 'Sources',
    summary: 'List the last requests that were refused, newest first',
    scope: 'sources:read',
    capability: null,
    params: SourceParams,
    status: 200,
    response: RefusedRequests,
  },
} as const satisfies Readonly<Record<string, Route>>
