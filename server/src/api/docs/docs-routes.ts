// Owns /openapi.json, /docs and /sdk.tgz: what describes the service, not what it does. TIMBRE_DOCS=0 leaves them out.
// Must never load anything from another host.
import { BUILT_IN_EVENT_TYPES } from '@timbre/contract/catalogue.ts'
import { Refusal } from '@timbre/contract/errors.ts'
import { ROUTES } from '@timbre/contract/routes.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../api.ts'
import type { FrontDoor } from '../http/front-door.ts'
import { DOCS_SECURITY_POLICY } from '../http/security-headers.ts'
import { costOf } from '../limits/strangers.ts'
import { openApiDocument } from '../openapi/openapi.ts'
import { docsFile, docsPage } from './docs-pages.ts'
import { isKnown, type KeptText, keptText, lazyText } from './kept-text.ts'
import { SDK_DISPOSITION, SdkPackage } from './sdk-package.ts'

export const DOCS_PATHS: readonly string[] = ['/', '/openapi.json', '/docs', '/docs/', '/docs/json', '/sdk.tgz']

export function registerDocsRoutes(app: FastifyInstance, api: Api, { strangers, addresses }: FrontDoor): void {
  const give = async (request: FastifyRequest, reply: FastifyReply, text: KeptText): Promise<unknown> => {
    const isSame = isKnown(text, request.headers['if-none-match'])
    await strangers.pace(addresses.of(request.raw), costOf(isSame ? 0 : text.bytes.length))
    // Kept by the browser, and asked for again with its ETag.
    reply.headers({ etag: text.etag, 'cache-control': 'no-cache' })
    return isSame ? reply.code(304).send() : reply.type(text.type).send(text.bytes)
  }
  const openapi = lazyText(() =>
    keptText(
      'application/json; charset=utf-8',
      JSON.stringify(openApiDocument(ROUTES, BUILT_IN_EVENT_TYPES, api.version)),
    ),
  )
  if (api.dashboard === undefined) {
    app.get('/', async (request, reply) => {
      await strangers.pace(addresses.of(request.raw))
      return reply.redirect('docs')
    })
  }
  app.get('/openapi.json', (request, reply) => give(request, reply, openapi()))
  const sdkPackage = new SdkPackage(api)
  app.get('/sdk.tgz', async (request, reply) => {
    const file = sdkPackage.file()
    if (file !== undefined) return give(request, reply.header('content-disposition', SDK_DISPOSITION), file)
    await strangers.pace(addresses.of(request.raw))
    throw new Refusal('ROUTE_NOT_FOUND', { method: request.method, path: '/sdk.tgz' })
  })
  app.register(async (docs) => {
    docs.addHook('onRequest', async (_request, reply) => {
      reply.header('content-security-policy', DOCS_SECURITY_POLICY)
    })
    const pages = [
      { path: '/docs', page: lazyText(() => docsPage('docs/')) },
      { path: '/docs/', page: lazyText(() => docsPage('')) },
      { path: '/docs/json', page: openapi },
    ]
    for (const { path, page } of pages) docs.get(path, (request, reply) => give(request, reply, page()))
    docs.get<{ Params: { readonly name: string } }>('/docs/static/:name', async (request, reply) => {
      const file = docsFile(request.params.name)
      if (file !== undefined) return give(request, reply, file)
      throw new Refusal('ROUTE_NOT_FOUND', { method: request.method, path: request.url.slice(0, 256) })
    })
  })
}
