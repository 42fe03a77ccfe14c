// Owns `/mcp`: the Model Context Protocol for whoever has a key or a session, one message with each request (docs/decisions/0071).
// Must never do anything for a tool by itself: its calls go through the routes, as its caller.
import { Refusal } from '@timbre/contract/errors.ts'
import { ALLOW_WRITE_HEADER, MCP_PATH, type McpMode } from '@timbre/contract/mcp.ts'
import { ROUTES } from '@timbre/contract/routes.ts'
import { loadOverHttp } from '@timbre/mcp/load-over-http.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../api.ts'
import type { ScopedRoute } from '../auth/authenticate.ts'
import { isOpenTo } from '../auth/caller.ts'
import type { FrontDoor } from '../http/front-door.ts'
import { setHeaders, withBody } from '../http/register-routes.ts'
import { invalidInput } from '../validation/findings.ts'
import { isForeignPage } from './foreign-page.ts'
import { InnerCalls } from './inner-calls.ts'
import { McpCapacity } from './mcp-capacity.ts'

/** Any key comes in: each call of a tool is decided about by the route that it goes through. */
const ROUTE: ScopedRoute = { method: 'POST', path: MCP_PATH, scope: 'any', capability: 'view' }

export function registerMcp(app: FastifyInstance, api: Api, door: FrontDoor): void {
  const capacity = new McpCapacity({ onFull: () => api.metrics.rateLimited('mcp') })
  app.route({
    method: ['GET', 'DELETE'],
    url: MCP_PATH,
    // There is no session to end, and nothing is said unasked: a client gets its responses with its requests.
    handler: async ({ raw, method }) => {
      await door.strangers.pace(door.addresses.of(raw))
      throw new Refusal('METHOD_NOT_ALLOWED', { method, path: MCP_PATH, allowed: 'POST' })
    },
  })
  app.route({
    method: 'POST',
    url: MCP_PATH,
    onRequest: (request, reply) => admit(api, door, request, reply),
    handler: (request, reply) =>
      withBody(api, door, {}, request, reply, async (body) => {
        const leave = capacity.enter(request.caller.workspaceId)
        const calls = new InnerCalls(app, request.raw, request.id)
        try {
          return await answer(api, calls, request, reply, body?.value)
        } finally {
          // A client that goes away leaves when what it has begun is done.
          void calls.settled().then(leave)
        }
      }),
  })
}

async function admit(api: Api, door: FrontDoor, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const status = api.readiness.state
  if (status !== 'ok') throw new Refusal('NOT_READY', { status })
  if (isForeignPage(request.headers, { publicUrl: api.browser.publicUrl, corsOrigins: api.corsOrigins })) {
    await door.strangers.pace(door.addresses.of(request.raw))
    throw new Refusal('ORIGIN_FORBIDDEN')
  }
  request.caller = await door.doorkeeper.admit(request.raw, ROUTE, (headers) => setHeaders(reply, headers))
}

async function answer(
  api: Api,
  calls: InnerCalls,
  request: FastifyRequest,
  reply: FastifyReply,
  message: unknown,
): Promise<FastifyReply> {
  if (message === undefined) throw new Refusal('INVALID_JSON', { reason: 'empty_body' })
  if (Array.isArray(message)) throw invalidInput([{ path: '', ...ONE_MESSAGE }])
  // Loaded when the first client comes: without one it costs nothing.
  const answerOverHttp = await loadOverHttp(() => api.loop.afterTick())
  const { headers, caller } = request
  const { status, type, text } = await answerOverHttp({
    message,
    accept: headers.accept,
    protocolVersion: single(headers['mcp-protocol-version']),
    signal: signalOf(reply),
    fetch: calls.fetch,
    ...writing(api.mcp, headers[ALLOW_WRITE_HEADER] === 'true'),
    isOpen: (name) => isOpenTo(caller, ROUTES[name]),
    now: () => api.clock.now(),
    seal: sealOf(api, `mcp ${caller.workspaceId} ${caller.actor}`),
    onFault: (err) => api.log.error({ err, requestId: request.id }, 'a tool of /mcp failed'),
    version: api.version,
  })
  if (type !== undefined) reply.type(type)
  return reply.code(status).send(text)
}

const ONE_MESSAGE = {
  en: 'must be one message: batches are not taken (MCP 2025-06-18)',
  es: 'debe ser un solo mensaje: no se aceptan lotes (MCP 2025-06-18)',
}

/** The operator allows it for the server, a person for their client, and the scope of the key for the call. */
function writing(mode: McpMode, isAskedFor: boolean): { readonly allowWrite: boolean; readonly howToAllow: string } {
  if (mode !== 'write') return { allowWrite: false, howToAllow: 'The operator of this server has not allowed it.' }
  const howToAllow = `The person can allow it in the configuration of this client, with the header ${ALLOW_WRITE_HEADER}: true.`
  return { allowWrite: isAskedFor, howToAllow }
}

function sealOf({ cursors }: Pick<Api, 'cursors'>, place: string) {
  return {
    seal: (text: string) => cursors.sealText(place, text),
    open: (token: string) => cursors.openText(place, token),
  }
}

/** Aborted when the client is gone. */
function signalOf({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController()
  const abort = () => controller.abort(new Refusal('REQUEST_TIMEOUT'))
  if (raw.destroyed) abort()
  else raw.once('close', abort)
  return controller.signal
}

function single(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined
}
