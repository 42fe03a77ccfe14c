// Owns `/` and the paths of the dashboard's screens: static files of the built list, and nothing that differs from one caller to
// the next. Must never load anything from another host, nor allow a script or a style that is not a file of the list.
import { Refusal } from '@timbre/contract/errors.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { DashboardBuild } from '../../platform/dashboard-files.ts'
import { isKnown } from '../docs/kept-text.ts'
import type { FrontDoor } from '../http/front-door.ts'
import { costOf } from '../limits/strangers.ts'
import { DashboardPages } from './dashboard-pages.ts'

const PAGE = '/'
/** Names of assets carry the hash of their content. */
const FOR_EVER = 'public, max-age=31536000, immutable'

export interface DashboardOptions {
  readonly build: DashboardBuild
  /** Origins whose pages may show the dashboard in a frame (TIMBRE_FRAME_ANCESTORS); empty: none. */
  readonly frameAncestors: readonly string[]
}

/** The paths that something is shown at, for the 405 of other methods. */
export function dashboardPaths({ list }: DashboardBuild): readonly string[] {
  return Object.keys(list.files)
}

export function registerDashboard(
  app: FastifyInstance,
  { build, frameAncestors }: DashboardOptions,
  { strangers, addresses }: FrontDoor,
): void {
  const pages = new DashboardPages(build)
  const give = async (request: FastifyRequest, reply: FastifyReply, path: string): Promise<unknown> => {
    const response = pages.answer(path, request.headers['accept-encoding'])
    const { text, encoding } = response ?? {}
    const isSame = text !== undefined && isKnown(text, request.headers['if-none-match'])
    await strangers.pace(addresses.of(request.raw), costOf(isSame ? 0 : (text?.bytes.length ?? 0)))
    if (text === undefined) throw notHere(request)
    reply.headers({ etag: text.etag, vary: 'accept-encoding', 'cache-control': path === PAGE ? 'no-cache' : FOR_EVER })
    if (encoding !== undefined) reply.header('content-encoding', encoding)
    return isSame ? reply.code(304).send() : reply.type(text.type).send(text.bytes)
  }
  app.register(async (dashboard) => {
    dashboard.addHook('onRequest', async (_request, reply) => {
      reply.header('content-security-policy', policy(frameAncestors))
      reply.header('cross-origin-opener-policy', 'same-origin')
      if (frameAncestors.length > 0) reply.removeHeader('x-frame-options')
    })
    for (const path of dashboardPaths(build)) dashboard.get(path, (request, reply) => give(request, reply, path))
    // Asked for by a browser. Who looks for the API without its /v1 is told so, as at any other path.
    const show = async (request: FastifyRequest, reply: FastifyReply) => {
      if (!/\btext\/html\b/.test(request.headers.accept ?? '')) throw notHere(request)
      return give(request, reply, PAGE)
    }
    for (const screen of build.list.screens) {
      dashboard.get(`/${screen}`, show)
      dashboard.get(`/${screen}/*`, show)
    }
  })
}

function notHere({ method, url }: FastifyRequest): Refusal {
  return new Refusal('ROUTE_NOT_FOUND', { method, path: (url.split('?', 1)[0] ?? '').slice(0, 256) })
}

function policy(frameAncestors: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' ')}`,
  ].join('; ')
}
