// Owns /openapi.json, /docs and /metrics: what describes the service, not what it does.
// Must never load anything from another host.
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { BUILT_IN_EVENT_TYPES } from '@timbre/contract/catalogue.ts'
import { ERRORS } from '@timbre/contract/errors.ts'
import { ROUTES } from '@timbre/contract/routes.ts'
import type { FastifyInstance } from 'fastify'
import type { Api } from './api.ts'
import { openApiDocument } from './openapi.ts'
import { DOCS_SECURITY_POLICY } from './security-headers.ts'

export function registerDocsRoutes(app: FastifyInstance, api: Api): void {
  const document = openApiDocument(ROUTES, ERRORS, BUILT_IN_EVENT_TYPES, api.version)
  const text = JSON.stringify(document)
  app.get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(text))
  app.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(await api.metricsText()),
  )
  // The plugin's type knows OpenAPI 3.0 only; it hands the document through unread.
  app.register(swagger, { mode: 'static', specification: { document: document as never } })
  app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: DOCS_SECURITY_POLICY,
    theme: { title: 'Timbre API' },
    // The validator badge would send the document's address to another host.
    uiConfig: { deepLinking: true, displayRequestDuration: true, validatorUrl: null },
  })
}
