// Owns how one route of the table becomes an operation of the document.
import { isWorkspaceRoute, type Route, type RouteName } from '@timbre/contract/routes.ts'
import { exampleOf, schemaReference } from './component-schemas.ts'
import { errorResponses } from './error-responses.ts'
import type { Parameters } from './parameters.ts'

type Json = Readonly<Record<string, unknown>>

/** What operations refer to, gathered while they are made. */
export interface Gathered {
  readonly parameters: Parameters
}

export function operationOf(name: RouteName, route: Route, { parameters }: Gathered): Json {
  return {
    operationId: name,
    tags: [route.tag],
    summary: route.summary,
    description: descriptionOf(route),
    security: securityOf(route),
    parameters: parameters.of(route),
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: jsonContent(route.body) } }),
    responses: { [route.status]: successOf(route), ...errorResponses(name, route) },
  }
}

function descriptionOf({ summary, scope, capability }: Route): string {
  if (scope === null) return `${summary}. Open to everybody.`
  return `${summary}. Scope: \`${scope}\`${capability === null ? '' : `. Capability of a portal session: \`${capability}\``}`
}

/** The key in either header, beside it the workspace, where the route is of one; or the cookie of a session. */
function securityOf(route: Route): Json[] {
  if (route.scope === null) return []
  const workspace = isWorkspaceRoute(route) ? { workspace: [] } : {}
  const csrfToken = route.method === 'GET' ? {} : { csrfToken: [] }
  return [
    { bearer: [], ...workspace },
    { apiKey: [], ...workspace },
    { session: [], ...csrfToken },
  ]
}

const PHRASES: Readonly<Record<Route['status'], string>> = {
  200: 'Done',
  201: 'Created',
  202: 'Accepted, and on disk',
  204: 'Done',
}

const FRAMES =
  'Every frame has an `id`; a frame without data says how far the stream has come. `Last-Event-ID` goes on behind it. A comment comes every 15 s'

function successOf({ status, response, streams }: Route): Json {
  const headers = { 'x-request-id': { $ref: '#/components/headers/RequestId' } }
  const described = { description: PHRASES[status], headers }
  if (streams !== undefined)
    return { ...described, description: streamText(streams), content: { 'text/event-stream': streamContent(streams) } }
  return response === undefined ? described : { ...described, content: jsonContent(response) }
}

type Frames = NonNullable<Route['streams']>

function streamText(frames: Frames): string {
  const kinds = Object.entries(frames).map(([event, schema]) => `\`event: ${event}\`: its data is a ${nameOf(schema)}`)
  return `Server-sent events. ${kinds.join('. ')}. ${FRAMES}`
}

/** A text; what the data of its frames is, stands in its content schema (JSON Schema 2020-12, validation §8.5). */
function streamContent(frames: Frames): Json {
  const [[event, schema] = ['', {}]] = Object.entries(frames)
  return {
    schema: {
      type: 'string',
      contentMediaType: 'text/event-stream',
      contentSchema: { anyOf: Object.values(frames).map((one) => schemaReference(one)) },
    },
    example: `id: kq3vJ0mZ8uXo1TfYc5hWbgA4dN2pLs7eQ0r\nevent: ${event}\ndata: ${JSON.stringify(exampleOf(schema))}\n\n`,
  }
}

function nameOf(schema: object): string {
  const { $ref } = schemaReference(schema) as { readonly $ref: string } // what frames hold has a name
  return $ref.slice($ref.lastIndexOf('/') + 1)
}

function jsonContent(schema: object): Json {
  const example = exampleOf(schema)
  return { 'application/json': { schema: schemaReference(schema), ...(example === undefined ? {} : { example }) } }
}
