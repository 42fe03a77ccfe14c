// Owns how one route of the table becomes an operation of the document.
import type { ErrorRow } from '@timbre/contract/errors.ts'
import { isWorkspaceRoute, type Route } from '@timbre/contract/routes.ts'
import { schemaReference } from './component-schemas.ts'

type Errors = Readonly<Record<string, ErrorRow>>
type Json = Readonly<Record<string, unknown>>

export function operationOf(name: string, route: Route, errors: Errors): Json {
  return {
    operationId: name,
    tags: [route.tag],
    summary: route.summary,
    ...(route.scope === null ? { security: [] } : scopeOf(route.scope)),
    parameters: [...parametersOf(route, 'path'), ...parametersOf(route, 'query'), ...headersOf(route)],
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: jsonContent(route.body) } }),
    responses: { [route.status]: successOf(route), ...problemsOf(route, errors) },
  }
}

function scopeOf(scope: string): Json {
  return { description: `Scope: \`${scope}\``, security: [{ bearer: [] }, { apiKey: [] }] }
}

function parametersOf(route: Route, place: 'path' | 'query'): Json[] {
  const schema = (place === 'path' ? route.params : route.query) as
    | { properties?: Json; required?: string[] }
    | undefined // an object, by the table
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || (schema?.required ?? []).includes(name),
    schema: schemaReference(property),
  }))
}

function headersOf(route: Route): Json[] {
  const workspace = header('x-workspace-id', true, 'The workspace. `Workspace-Id` is accepted as an alias', 'uuid')
  const idempotency = header(
    'Idempotency-Key',
    false,
    'The same key with the same body within 24 h gives the first answer again',
  )
  return [...(isWorkspaceRoute(route) ? [workspace] : []), ...(route.method === 'POST' ? [idempotency] : [])]
}

function header(name: string, required: boolean, description: string, format?: string): Json {
  return { name, in: 'header', required, description, schema: { type: 'string', ...(format && { format }) } }
}

function successOf(route: Route): Json {
  const headers = { 'x-request-id': { description: 'Quote it when you report a problem', schema: { type: 'string' } } }
  if (route.response === undefined) return { description: 'Done', headers }
  return { description: route.summary, headers, content: jsonContent(route.response) }
}

function jsonContent(schema: object): Json {
  return { 'application/json': { schema: schemaReference(schema) } }
}

/** The errors of a route by status, with the codes that its kind of route can give. */
function problemsOf(route: Route, errors: Errors): Json {
  const byStatus = new Map<number, string[]>()
  for (const [code, { status }] of Object.entries(errors)) {
    if (isPossible(route, status)) byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\``).join(', '),
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}

function isPossible(route: Route, status: number): boolean {
  switch (status) {
    case 401:
    case 403:
      return route.scope !== null
    case 404:
      return route.params !== undefined
    case 409:
      return route.method !== 'GET'
    case 408:
    case 413:
      return route.method !== 'GET'
    case 415:
    case 429:
      return route.scope !== null
    case 405:
      // An id of `.` or `..` makes a client ask for another path, which may not have this method (RFC 3986 §5.2.4).
      return route.params !== undefined
    case 417:
      return false
    case 400:
      return route.scope !== null
    default:
      return true
  }
}
