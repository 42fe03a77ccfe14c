// Owns the OpenAPI 3.1 document, generated from the tables of the contract.
// Must never say anything that is not in a table: pure, no clock, no environment.
import type { BuiltInEventType } from '@timbre/contract/catalogue/built-in-event-type.ts'
import type { Route, RouteName } from '@timbre/contract/routes.ts'
import { CSRF_HEADER } from '@timbre/contract/session.ts'
import { componentSchemas } from './component-schemas.ts'
import { errorExamples } from './error-responses.ts'
import { type Gathered, operationOf } from './operation.ts'
import { Parameters } from './parameters.ts'
import { RECEIVED, receivedWebhooks } from './received-webhooks.ts'

type Json = Readonly<Record<string, unknown>>

/** @param version of the service, as `info.version` says it */
export function openApiDocument(
  routes: Readonly<Record<RouteName, Route>>,
  catalogue: readonly BuiltInEventType[],
  version: string,
): Json {
  const gathered = { parameters: new Parameters() }
  const paths = pathsOf(routes, gathered)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Timbre',
      version,
      summary: 'Webhooks for voice-agent telephony',
      description: DESCRIPTION,
      contact: { name: 'Whoever runs this installation' },
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This installation' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    webhooks: receivedWebhooks(catalogue),
    components: {
      schemas: componentSchemas(),
      parameters: gathered.parameters.components,
      examples: errorExamples(routes),
      headers: { RequestId: REQUEST_ID },
      securitySchemes: SECURITY_SCHEMES,
    },
  }
}

/** What an operation belongs to; a test finds a tag of the table of routes that is not here. */
const TAGS: Readonly<Record<string, string>> = {
  Webhooks: 'The URLs a workspace wants its events at, their secrets, and test sends',
  Subscriptions: 'Which event types a webhook gets',
  'Event types': 'The catalogue: the types that are built in, and those of the workspace',
  Events: 'Publishing, looking back, and erasing what is known of a call',
  Calls: 'The events of a call in order, and what became of them',
  Deliveries: 'One event for one subscription, and every attempt to send it',
  Replays: 'Sending again, or for the first time, what a webhook did not get',
  Pull: 'For receivers without a URL: a consumer leases deliveries, and says what became of them',
  Statistics: 'What was sent, how it ended, how long it took, and what waits',
  Sources: 'Providers of calls that post their own signed requests, and what was refused of them',
  'API keys': 'The keys of a workspace',
  'Portal sessions': 'Links, good once, that let a customer of a workspace look into it from a browser',
  Session: 'Signing a browser in and out',
  'Test receivers': 'URLs of this installation that keep what they are sent, where the operator has switched them on',
  Instance: 'Workspaces, the audit log and how the installation fares: for the admin key',
  Health: 'For whoever watches the service',
  [RECEIVED]: 'What your own URL gets: one request for each delivery',
}

const REQUEST_ID = {
  description: 'Quote it when you report a problem',
  schema: { type: 'string' },
  example: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
}

const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: '`Authorization: Bearer <key>`' },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The same key, in its own header' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-timbre',
    description: 'For browsers: the session that `POST /v1/session` begins. A key in a header goes before it',
  },
  csrfToken: {
    type: 'apiKey',
    in: 'header',
    name: CSRF_HEADER,
    description: 'Beside a session, for whatever changes something: `csrfToken` of `GET /v1/session`',
  },
  workspace: {
    type: 'apiKey',
    in: 'header',
    name: 'x-workspace-id',
    description: 'The id of the workspace, a UUID: needed beside the key. `Workspace-Id` is accepted as an alias',
  },
}

const DESCRIPTION = `Publish an event once; every webhook that subscribes to its type gets it, signed, at least once.

Every request names its workspace in \`x-workspace-id\` (or \`Workspace-Id\`) and carries an API key. Ids are accepted as
UUIDs and in the prefixed form (\`wh_…\`). Errors are \`{ code, message, details }\`; \`details.issues\` names each invalid field:
\`/headers/X\` in the body, \`?limit\` in the query, \`:webhookId\` in the path. Every POST takes an \`Idempotency-Key\`.
\`Accept-Language: es\` gives Spanish messages.`

function pathsOf(routes: Readonly<Record<RouteName, Route>>, gathered: Gathered): Json {
  const paths: Record<string, Record<string, unknown>> = {}
  // The keys of the table are its names.
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    const operations = paths[path] ?? {}
    paths[path] = operations
    operations[route.method.toLowerCase()] = operationOf(name, route, gathered)
  }
  return paths
}
