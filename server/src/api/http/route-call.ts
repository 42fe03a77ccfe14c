// Owns the way from a request to the call that a handler gets: validated by the schemas of its route, with its claim.
// Must never know who received the request: the framework or the fast path.
import type { IncomingHttpHeaders } from 'node:http'
import { Refusal } from '@timbre/contract/errors.ts'
import type { Route, RouteName } from '@timbre/contract/routes.ts'
import { Closed } from '@timbre/contract/schema.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Caller } from '../auth/caller.ts'
import type { Call } from '../handlers/call.ts'
import { invalidInput } from '../validation/findings.ts'
import type { JsonBody } from '../validation/read-json-body.ts'
import { validateBody, validateTexts } from '../validation/validate-request.ts'
import { idempotencyClaim } from './idempotency.ts'
import { preferredLanguage } from './language.ts'

/** What is known of a request when its body has been read. */
export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly params: unknown
  readonly query: unknown
  /** What `readJsonBody` made of it. */
  readonly body?: unknown
  readonly caller: Caller
  readonly ip: string
  /** Of whoever waits for the response. Absent: it comes at once. */
  readonly onGone?: (listener: () => void) => void
}

const NOTHING = Closed({})

/** Throws INVALID_JSON, INVALID_INPUT. */
export function requestValidator(route: Route): (asked: Asked) => void {
  const validateParams = validateTexts(route.params ?? NOTHING, 'params')
  // An open route is for probes and browsers, which add what they like.
  const validateQuery = route.scope === null ? () => {} : validateTexts(route.query ?? NOTHING, 'query')
  const validate = bodyValidator(route)
  return (asked) => {
    validateParams(asked.params)
    validateQuery(asked.query)
    validate(bodyOf(asked))
  }
}

/** Throws INVALID_JSON, INVALID_INPUT. */
export function bodyValidator(route: Route): (body: JsonBody | undefined) => void {
  const validate = route.body === undefined ? refuseBody : validateBody(route.body)
  return (body) => {
    if (route.body !== undefined && body === undefined) throw new Refusal('INVALID_JSON', { reason: 'empty_body' })
    validate(body?.value)
  }
}

/** A route without a body takes an empty one and `{}`, which some clients send in any case. */
function refuseBody(value: unknown): void {
  if (value === undefined || JSON.stringify(value) === '{}') return
  throw invalidInput([{ path: '', en: 'must be empty', es: 'debe estar vacío' }])
}

/** The call, of a request that has been validated. Throws INVALID_IDEMPOTENCY_KEY. */
export function callOf<N extends RouteName>(
  { clock }: { readonly clock: Clock },
  asked: Asked,
  route: Route,
  setHeader: Call<N>['setHeader'],
): Call<N> {
  const { caller, method, headers } = asked
  const body = bodyOf(asked)
  const bodyText = body?.text ?? ''
  const keyed = {
    idempotencyKey: headers['idempotency-key'],
    method,
    path: asked.url,
    caller,
    bodyText,
  }
  // The schemas of the route have validated the three parts, so they are what the table says.
  return {
    params: asked.params,
    query: asked.query,
    body: body?.value,
    bodyText,
    caller,
    remoteAddress: asked.ip,
    onGone: asked.onGone ?? (() => {}),
    // Few handlers ask.
    get language() {
      return preferredLanguage(headers['accept-language'])
    },
    lastEventId: lastEventId(headers),
    route,
    idempotency: idempotencyClaim(keyed, clock.now()),
    headers,
    setHeader,
    replayed: () => setHeader('idempotency-replayed', 'true'),
  } as Call<N>
}

/** Empty where a client has had no frame with an id. */
function lastEventId({ 'last-event-id': header }: IncomingHttpHeaders): string | undefined {
  return header === '' ? undefined : String(header ?? '') || undefined
}

function bodyOf({ body }: Asked): JsonBody | undefined {
  return body as JsonBody | undefined // `body` is unknown because Fastify's request says so
}
