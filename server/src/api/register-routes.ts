// Owns the way from the table of routes to Fastify: authenticate, judge, claim, handle, answer, the same for each.
// Must never know a route: what is special to one stands in its handler or in a table here.
import { Refusal } from '@timbre/contract/errors.ts'
import { BODY_BYTES_MAX_DEFAULT, ROUTES, type Route, type RouteName } from '@timbre/contract/routes.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from './api.ts'
import type { Authenticator } from './authenticate.ts'
import type { Handler, Handlers } from './call.ts'
import { type Caller, INSTANCE } from './caller.ts'
import { performOnce } from './idempotency.ts'
import { refuseUnpermitted } from './permits.ts'
import { rawJsonText, withRawMember } from './raw-json.ts'
import { callOf, requestJudge } from './route-call.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the body is read, on every route that has a scope. */
    caller: Caller
  }
}

const NOBODY: Caller = { actor: 'nobody', isAdmin: false, scopes: new Set(), workspaceId: INSTANCE }

/** Their claim is made by the storage, in the transaction that accepts the events. */
const CLAIMED_WITH_THE_EVENTS: ReadonlySet<RouteName> = new Set(['publishEvent', 'publishEventBatch'])

/** Members of answers that are passed on as the text they were published as. */
const RAW_MEMBERS: ReadonlyMap<RouteName, string> = new Map([
  ['getDelivery', 'requestBody'],
  ['getEvent', 'data'],
])

export function registerRoutes(app: FastifyInstance, api: Api, authenticator: Authenticator, handlers: Handlers): void {
  app.decorateRequest('caller', undefined as unknown as Caller) // the hook below sets it before anybody reads it
  for (const [name, route] of Object.entries(ROUTES) as [RouteName, Route][]) {
    // A handler and the route it is looked up by have the same name; the compiler cannot see that through a loop.
    const handler = handlers[name] as unknown as Handler<RouteName>
    app.route({
      method: route.method,
      url: route.path,
      exposeHeadRoute: route.scope === null,
      bodyLimit: route.bodyBytesMax ?? BODY_BYTES_MAX_DEFAULT,
      ...responseSchema(name, route),
      onRequest: async (request) => {
        request.caller = await authenticated(api, authenticator, request, route)
      },
      handler: answerer(api, name, route, handler),
    })
  }
}

function responseSchema(name: RouteName, route: Route): object {
  if (route.response === undefined) return {}
  const raw = RAW_MEMBERS.get(name)
  return { schema: { response: { [route.status]: raw === undefined ? route.response : without(route.response, raw) } } }
}

function without(schema: object, member: string): object {
  const { properties, required } = schema as { properties: Record<string, object>; required: string[] } // answers are objects
  const { [member]: _, ...rest } = properties
  return { ...schema, properties: rest, required: required.filter((name) => name !== member) }
}

async function authenticated(
  api: Api,
  authenticator: Authenticator,
  request: FastifyRequest,
  route: Route,
): Promise<Caller> {
  const { scope } = route
  if (scope === null) return NOBODY
  const status = api.isReady()
  if (status !== 'ok') throw new Refusal('NOT_READY', { status })
  return authenticator.authenticate(request.headers, { ...route, scope })
}

function answerer(api: Api, name: RouteName, route: Route, handler: Handler<RouteName>) {
  const judge = requestJudge(route)
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    judge(request)
    const call = callOf(api, request, route, () => reply.header('idempotency-replayed', 'true'))
    refuseUnpermitted(name, call)
    const claim = CLAIMED_WITH_THE_EVENTS.has(name) ? undefined : call.idempotency
    if (claim === undefined) return send(reply, name, route, await handler(call))
    const { answer, replayed } = await performOnce(api, claim, route, () => handler(call))
    if (replayed) call.replayed()
    return send(reply, name, route, answer)
  }
}

function send(reply: FastifyReply, name: RouteName, { status }: Route, answer: unknown): unknown {
  reply.code(status)
  if (answer === undefined) return reply.send()
  const raw = RAW_MEMBERS.get(name)
  if (raw === undefined) return reply.send(answer)
  const serialize = reply.getSerializationFunction(String(status))
  const object = serialize?.(answer as Record<string, unknown>) ?? '{}' // answers with a raw member are objects
  const text = rawJsonText((answer as Record<string, unknown>)[raw])
  return reply.type('application/json; charset=utf-8').send(withRawMember(object, raw, text))
}
