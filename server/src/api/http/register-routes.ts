// Owns the way from the table of routes to Fastify: authenticate, validate, claim, handle, answer, the same for each.
// Must never know a route: what is special to one stands in its handler or in a table here.
import { Refusal } from '@timbre/contract/errors.ts'
import { BODY_BYTES_MAX_DEFAULT, ROUTES, type Route, type RouteName } from '@timbre/contract/routes.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../api.ts'
import { type Caller, INSTANCE } from '../auth/caller.ts'
import { refuseUnpermitted } from '../auth/permits.ts'
import type { Handler, Handlers } from '../handlers/call.ts'
import { type JsonBody, readJsonBody } from '../validation/read-json-body.ts'
import { type StreamStart, sendStream } from './event-stream.ts'
import type { FrontDoor } from './front-door.ts'
import { compressLarge } from './gzip.ts'
import { performOnce } from './idempotency.ts'
import { rawJsonText, withRawMember } from './raw-json.ts'
import { type Asked, callOf, requestValidator } from './route-call.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the body is read, on every route that has a scope. */
    caller: Caller
  }
}

const NOBODY: Caller = { actor: 'nobody', isAdmin: false, scopes: new Set(), capabilities: null, workspaceId: INSTANCE }

/** Their claim is made by the storage, in the transaction that accepts the events or leases the deliveries. */
const CLAIMED_WITH_THE_EVENTS: ReadonlySet<RouteName> = new Set(['publishEvent', 'publishEventBatch', 'pullDeliveries'])

/** Members of responses that are passed on as the text they were published as. */
const RAW_MEMBERS: ReadonlyMap<RouteName, string> = new Map([
  ['getDelivery', 'requestBody'],
  ['findDelivery', 'requestBody'],
  ['getEvent', 'data'],
])

/** What the parser of the framework leaves in place of a body, which is read when everything before it is in order. */
export const UNREAD = Symbol('a body that is not read yet')

export function registerRoutes(app: FastifyInstance, api: Api, door: FrontDoor, handlers: Handlers): void {
  app.decorateRequest('caller', undefined as unknown as Caller) // the hook below sets it before anybody reads it
  for (const [name, route] of Object.entries(ROUTES) as [RouteName, Route][]) {
    // A handler and the route it is looked up by have the same name; the compiler cannot see that through a loop.
    const handler = handlers[name] as unknown as Handler<RouteName>
    app.route({
      method: route.method,
      url: route.path,
      ...responseSchema(name, route),
      onRequest: async (request, reply) => {
        request.caller = await authenticated(api, door, request, reply, route)
      },
      handler: answerer(api, door, name, route, handler),
      ...(isList(route) ? { onSend: compressLarge } : {}),
    })
  }
}

/** Has pages of many rows, none of which holds a secret. */
function isList({ query }: Route): boolean {
  return 'limit' in ((query as { properties?: object } | undefined)?.properties ?? {}) // a schema of an object
}

function responseSchema(name: RouteName, route: Route): object {
  if (route.response === undefined) return {}
  const raw = RAW_MEMBERS.get(name)
  return { schema: { response: { [route.status]: raw === undefined ? route.response : without(route.response, raw) } } }
}

function without(schema: object, member: string): object {
  const { properties, required } = schema as { properties: Record<string, object>; required: string[] } // results are objects
  const { [member]: _, ...rest } = properties
  return { ...schema, properties: rest, required: required.filter((name) => name !== member) }
}

async function authenticated(
  api: Api,
  door: FrontDoor,
  request: FastifyRequest,
  reply: FastifyReply,
  route: Route,
): Promise<Caller> {
  const { scope } = route
  if (scope === null) return open(door, request)
  const status = api.readiness.state
  if (status !== 'ok') throw new Refusal('NOT_READY', { status })
  return door.doorkeeper.admit(request.raw, { ...route, scope }, (headers) => setHeaders(reply, headers))
}

/** @param headers names and values in turn */
export function setHeaders(reply: FastifyReply, headers: readonly string[]): void {
  for (let index = 0; index < headers.length; index += 2) reply.header(headers[index] ?? '', headers[index + 1])
}

async function open({ strangers, addresses }: FrontDoor, request: FastifyRequest): Promise<Caller> {
  await strangers.paceProbe(addresses.of(request.raw))
  return NOBODY
}

function answerer(api: Api, door: FrontDoor, name: RouteName, route: Route, handler: Handler<RouteName>) {
  const validate = requestValidator(route)
  const perform = async (asked: Asked, reply: FastifyReply) => {
    validate(asked)
    const call = callOf(api, asked, route, (header, value) => void reply.header(header, value))
    refuseUnpermitted(name, call)
    const claim = CLAIMED_WITH_THE_EVENTS.has(name) ? undefined : call.idempotency
    // Nobody is known by name before they have signed in: there is nobody to give a response again.
    if (claim === undefined || route.scope === null) return handler(call)
    const { response, replayed } = await performOnce(api, claim, route, () => handler(call))
    if (replayed) call.replayed()
    return response
  }
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const response = await withBody(api, door, route, request, reply, (body) => {
      const { method, url, headers, params, query, caller } = request
      const onGone = whenClosed(reply)
      const ip = door.addresses.of(request.raw)
      return perform({ method, url, headers, params, query, body, caller, ip, onGone }, reply)
    })
    if (route.streams === undefined) return send(reply, name, route, response)
    // The compiler holds the handler of such a route to this.
    return sendStream(request, reply, response as unknown as StreamStart, () => door.doorkeeper.isKnown(request.raw))
  }
}

/** Calls back at once where it has happened already. */
function whenClosed({ raw }: FastifyReply): (listener: () => void) => void {
  return (listener) => {
    if (raw.destroyed) listener()
    else raw.once('close', listener)
  }
}

/** With the body of the request, if it has one; its memory is released when the response is there. */
export async function withBody<T>(
  { loop }: Api,
  door: FrontDoor,
  { bodyBytesMax = BODY_BYTES_MAX_DEFAULT }: Pick<Route, 'bodyBytesMax'>,
  request: FastifyRequest,
  reply: FastifyReply,
  perform: (body: JsonBody | undefined) => Promise<T>,
): Promise<T> {
  if (request.body !== UNREAD) return perform(undefined)
  const { bytes, done } = await door.bodies.read(request.raw, reply.raw, request.caller, bodyBytesMax)
  try {
    return await perform(await readJsonBody(request.headers['content-type'] ?? '', bytes, loop))
  } finally {
    done()
  }
}

function send(reply: FastifyReply, name: RouteName, { status }: Route, response: unknown): unknown {
  reply.code(status)
  // RFC 9110 §10.2.2: where what was made can be read.
  const made = status === 201 ? (response as { readonly id?: unknown }).id : undefined
  if (typeof made === 'string') reply.header('location', `${reply.request.url.split('?', 1)[0]}/${made}`)
  if (response === undefined) return reply.send()
  const raw = RAW_MEMBERS.get(name)
  if (raw === undefined) return reply.send(response)
  const serialize = reply.getSerializationFunction(String(status))
  const object = serialize?.(response as Record<string, unknown>) ?? '{}' // results with a raw member are objects
  const text = rawJsonText((response as Record<string, unknown>)[raw])
  return reply.type('application/json; charset=utf-8').send(withRawMember(object, raw, text))
}
