// Owns the HTTP server: Fastify with our parser, our errors and the routes of the table.
// Must never decide what a route does, nor listen by itself: serve.ts calls `listen`.
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import cors from '@fastify/cors'
import { Refusal } from '@timbre/contract/errors.ts'
import { SESSION_IDLE_SECONDS } from '@timbre/contract/session.ts'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { withinTime } from '../platform/within-time.ts'
import { SourceBook } from '../sources/source-book.ts'
import type { ApiDependencies } from './api-dependencies.ts'
import { ApiKeyCache } from './auth/api-key-cache.ts'
import { Authenticator } from './auth/authenticate.ts'
import { LastUse } from './auth/last-use.ts'
import { SessionCookie } from './auth/session-cookie.ts'
import { Sessions } from './auth/sessions.ts'
import { dashboardPaths, registerDashboard } from './dashboard/dashboard-routes.ts'
import { DOCS_PATHS, registerDocsRoutes } from './docs/docs-routes.ts'
import { allHandlers } from './handlers/all-handlers.ts'
import { allowedMethods } from './http/allowed-methods.ts'
import { answerClientError, answerConnect } from './http/client-error.ts'
import { corsOptions } from './http/cors-options.ts'
import { FastPath } from './http/fast-path.ts'
import { FrontDoor } from './http/front-door.ts'
import { shedLoad } from './http/load-shedding.ts'
import { createServer } from './http/node-http.ts'
import { loggedProblem, ProblemLog } from './http/problem-log.ts'
import { registerRoutes, UNREAD } from './http/register-routes.ts'
import { requestFault, requestId } from './http/request-head.ts'
import { schemaCompilers } from './http/schema-compilers.ts'
import { SECURITY_HEADERS } from './http/security-headers.ts'
import { sendRefusal } from './http/send-refusal.ts'
import { SourceDoor } from './http/source-door.ts'
import { closesAfter } from './http/unread-body.ts'
import { registerMcp } from './mcp/mcp-route.ts'
import { registerMetricsRoute } from './metrics/metrics-routes.ts'
import { EventCatalogue } from './publish/event-catalogue.ts'
import { ReceivedStreams } from './test-receiver/received-streams.ts'
import { registerTestReceiver } from './test-receiver/test-receiver-route.ts'
import { TestReceivers } from './test-receiver/test-receivers.ts'

export type { ApiDependencies } from './api-dependencies.ts'

/** A client has this long to send its headers and its body; a slow one is cut off with 408. */
const HEADERS_TIMEOUT_MS = 15_000
const REQUEST_TIMEOUT_MS = 30_000
const TIMEOUT_CHECK_MS = 5_000
/** What has been asked before the server closes has this long to be answered; then its connection is cut. */
const LAST_RESPONSES_MS_MAX = 1_500
/** No byte in either direction for this long; longer than a test send may take. */
const IDLE_TIMEOUT_MS = 60_000
/** Longer than the proxies before it keep a connection, so that it is they who close it. */
const KEEP_ALIVE_MS = 72_000
// Above any id, so that a long one is answered as an invalid id and not as an unknown path.
const PARAMETER_LENGTH_MAX = 4096

/**
 * The server of the API, not yet listening. Close it before the storage: it writes the last uses of keys when it closes.
 */
export function buildServer(given: ApiDependencies): FastifyInstance {
  const deps = { ...given, problems: new ProblemLog(given) }
  const keys = new ApiKeyCache(deps)
  const { storage, browser } = deps
  const keyUse = new LastUse({ ...deps, write: (uses) => storage.noteKeyUse(uses) })
  const sessionUse = new LastUse({
    ...deps,
    write: (uses) => storage.noteSessionUse(uses, SESSION_IDLE_SECONDS * 1000),
  })
  const authenticator = new Authenticator({ ...deps, keys, keyUse })
  const sessions = new Sessions({ ...deps, lastUse: sessionUse })
  const receivedStreams = new ReceivedStreams(deps)
  const testReceivers = new TestReceivers({
    ...deps,
    receiversMax: deps.testReceiversMax,
    onChanged: (receiver) => receivedStreams.changed(receiver),
    onDeleted: (receiver) => receivedStreams.deleted(receiver),
  })
  const own = {
    testReceivers,
    receivedStreams,
    keys,
    sessions,
    cookie: new SessionCookie(browser),
    catalogue: new EventCatalogue(deps),
  }
  const door = new FrontDoor({ ...deps, ...own, authenticator, publicUrl: browser.publicUrl }, deps.frontDoor)
  const api = { ...deps, ...own, sourceBook: new SourceBook(deps), doorkeeper: door.doorkeeper }
  let fastPath: FastPath | undefined
  const sources = new SourceDoor({ api, door, problems: deps.problems })
  const before = (request: IncomingMessage, response: ServerResponse) =>
    fastPath?.take(request, response) === true || sources.take(request, response)
  const app = fastify(serverOptions(deps, door, before))
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.id)
  })
  if (deps.corsOrigins.length > 0) app.register(cors, corsOptions(deps.corsOrigins))
  endConnections(app, deps, door)
  app.addHook('onSend', async (request, reply) => {
    if (closesAfter(request.raw, reply.statusCode)) reply.header('connection', 'close')
  })
  app.addHook('onClose', async () => {
    door.stop()
    await Promise.all([keyUse.stop(), sessionUse.stop()])
  })
  app.setErrorHandler((error, request, reply) => sendProblem(deps, error, request, reply))
  refuseUnknownPaths(app, deps, door)
  app.removeAllContentTypeParsers()
  // Read by whoever serves the route, when it is known who sends it: see `withBody`.
  app.addContentTypeParser('application/json', (_request, _payload, done) => done(null, UNREAD))
  const handlers = allHandlers(api)
  registerRoutes(app, api, door, handlers)
  if (testReceivers.isOn) registerTestReceiver(app, testReceivers, door)
  if (deps.mcp !== 'off') registerMcp(app, api, door)
  if (deps.hasDocs) registerDocsRoutes(app, api, door)
  if (deps.dashboard !== undefined) registerDashboard(app, deps.dashboard, door)
  if (deps.metricsPage !== undefined) registerMetricsRoute(app, deps.metricsPage, door)
  fastPath = new FastPath({ api, door, handlers, problems: deps.problems })
  return app
}

type Told = ApiDependencies & { readonly problems: ProblemLog }

/** Serves a request before the framework, or does not: false. */
type Before = (request: IncomingMessage, response: ServerResponse) => boolean

function serverOptions(deps: Told, door: FrontDoor, before: Before) {
  return {
    logger: false,
    // `door.addresses` says where a request comes from, to whoever serves it.
    trustProxy: false,
    requestIdHeader: false as const,
    genReqId: (request: Parameters<typeof requestId>[0]) => requestId(request, deps),
    serverFactory: (serve: RequestListener) => httpServer(deps, door, before, serve),
    // Fastify's own 503 has not the contract's form; refuseWhileClosing gives one that has.
    return503OnClosing: false,
    schemaController: { compilersFactory: schemaCompilers },
    routerOptions: { maxParamLength: PARAMETER_LENGTH_MAX },
    clientErrorHandler: (error: Error, socket: Socket) =>
      answerClientError(deps, error, socket, door.connections.isAnswering(socket)),
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      reply.headers(SECURITY_HEADERS).header('x-request-id', request.id)
      return sendProblem(deps, error, request, reply)
    },
  }
}

function httpServer(deps: ApiDependencies, door: FrontDoor, before: Before, serve: RequestListener): Server {
  const options = {
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: HEADERS_TIMEOUT_MS,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // `requestFault` says it in the form of every response.
    requireHostHeader: false,
  }
  const { connections, strangers, addresses } = door
  const refuse = async (request: IncomingMessage, response: ServerResponse, fault: Refusal) => {
    await strangers.pace(addresses.of(request))
    sendRefusal(deps, request, response, fault)
  }
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    if (!connections.begin(request.socket, response)) return
    const fault = requestFault(request)
    if (fault !== undefined) void refuse(request, response, fault)
    else if (!shedLoad(deps, request, response) && !before(request, response)) serve(request, response)
  }
  const server = createServer(options, listener)
  server.timeout = IDLE_TIMEOUT_MS
  server.on('connection', (socket: Socket) => connections.add(socket))
  // Whoever reads the body says `100 Continue`: nobody who will be refused is asked for it.
  server.on('checkContinue', listener)
  server.on('checkExpectation', (request, response) => {
    if (connections.begin(request.socket, response)) void refuse(request, response, new Refusal('EXPECTATION_FAILED'))
  })
  server.on('connect', (_request, socket: Socket) => answerConnect(deps, socket, connections.isAnswering(socket)))
  return server
}

/** So that no client decides how long a stop takes: one that is busy then, and idle after it, or never ends its request. */
function endConnections(app: FastifyInstance, { clock, readiness }: ApiDependencies, door: FrontDoor): void {
  app.addHook('onSend', async (_request, reply) => {
    if (readiness.state === 'stopping') reply.header('connection', 'close')
  })
  // The framework stops listening after this.
  app.addHook('preClose', async () => {
    await withinTime(clock, LAST_RESPONSES_MS_MAX, door.connections.answered())
    app.server.closeAllConnections()
  })
}

/** Before a body is looked at: whoever asks for nothing that is there has not shown a key. */
function refuseUnknownPaths(app: FastifyInstance, deps: Told, { strangers, addresses }: FrontDoor): void {
  const openPaths = [
    ...(deps.hasDocs ? DOCS_PATHS : []),
    ...(deps.metricsPage === undefined ? [] : ['/metrics']),
    ...(deps.dashboard === undefined ? [] : dashboardPaths(deps.dashboard.build)),
  ]
  app.addHook('onRequest', async (request) => {
    if (!request.is404) return
    await strangers.pace(addresses.of(request.raw))
    throw notFound(request, openPaths)
  })
  app.setNotFoundHandler((request, reply) => sendProblem(deps, notFound(request, openPaths), request, reply))
}

function notFound(request: FastifyRequest, openPaths: readonly string[]): Refusal {
  const path = (request.url.split('?', 1)[0] ?? '').slice(0, 256)
  const { method } = request
  const allowed = allowedMethods(path, openPaths)
  return allowed.length === 0
    ? new Refusal('ROUTE_NOT_FOUND', { method, path })
    : new Refusal('METHOD_NOT_ALLOWED', { method, path, allowed: allowed.join(', ') })
}

function sendProblem(deps: Told, error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const { id, routeOptions } = request
  const problem = loggedProblem(deps.problems, error, request, { id, bodyBytesMax: routeOptions?.bodyLimit ?? 0 })
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(problem.body))
}
