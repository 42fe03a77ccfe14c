// Owns the OpenAPI 3.1 document, generated from the tables of the contract.
// Must never say anything that is not in a table: pure, no clock, no environment.
import type { BuiltInEventType } from '@timbre/contract/catalogue.ts'
import type { ErrorRow } from '@timbre/contract/errors.ts'
import type { Route } from '@timbre/contract/routes.ts'
import { componentSchemas } from './openapi/component-schemas.ts'
import { operationOf } from './openapi/operation.ts'
import { receivedWebhooks } from './openapi/received-webhooks.ts'

type Json = Readonly<Record<string, unknown>>

/** @param version of the service, as `info.version` says it */
export function openApiDocument(
  routes: Readonly<Record<string, Route>>,
  errors: Readonly<Record<string, ErrorRow>>,
  catalogue: readonly BuiltInEventType[],
  version: string,
): Json {
  return {
    openapi: '3.1.0',
    info: { title: 'Timbre', version, summary: 'Webhooks for voice-agent telephony', description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: [...new Set(Object.values(routes).map((route) => route.tag))].map((name) => ({ name })),
    paths: pathsOf(routes, errors),
    webhooks: receivedWebhooks(catalogue),
    components: {
      schemas: componentSchemas(errors),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: '`Authorization: Bearer <key>`' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The same key, in its own header' },
      },
    },
  }
}

const DESCRIPTION = `Publish an event once; every webhook that subscribes to its type gets it, signed, at least once.

Every request names its workspace in \`x-workspace-id\` (or \`Workspace-Id\`) and carries an API key. Ids are accepted as
UUIDs and in the prefixed form (\`wh_…\`). Errors are \`{ code, message, details }\`; \`details.issues\` names each invalid field:
\`/headers/X\` in the body, \`?limit\` in the query, \`:webhookId\` in the path. Every POST takes an \`Idempotency-Key\`.
\`Accept-Language: es\` gives Spanish messages.`

function pathsOf(routes: Readonly<Record<string, Route>>, errors: Readonly<Record<string, ErrorRow>>): Json {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [name, route] of Object.entries(routes)) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    const operations = paths[path] ?? {}
    paths[path] = operations
    operations[route.method.toLowerCase()] = operationOf(name, route, errors)
  }
  return paths
}
