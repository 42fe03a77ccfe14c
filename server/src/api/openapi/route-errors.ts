// Owns which codes a route can answer with: by what it has (a body, a path, a scope), or by name.
import type { ErrorCode } from '@timbre/contract/errors.ts'
import { isWorkspaceRoute, ROUTES, type Route, type RouteName } from '@timbre/contract/routes.ts'

type Routes = readonly RouteName[]
const PUBLISH: Routes = ['publishEvent', 'publishEventBatch']
/** They take `data`. */
const VALIDATED: Routes = [...PUBLISH, 'testWebhook']
const WRITE_WEBHOOK: Routes = ['createWebhook', 'updateWebhook']
const WRITE_TYPE: Routes = ['createEventType', 'updateEventType']

const hasBody = (route: Route) => route.method === 'POST' || route.method === 'PATCH'
const has = (parameter: string) => (route: Route) => route.path.includes(`:${parameter}`)
const isOpen = (route: Route) => route.scope === null
const isStream = (route: Route) => route.streams !== undefined
const isHistory = (route: Route) => 'after' in ((route.query as { properties?: object } | undefined)?.properties ?? {})
const needsKey = (route: Route) => !isOpen(route)
const isSession = (route: Route) => route.path === ROUTES.getSession.path
const isSignIn = (route: Route) => route.method === 'POST' && isSession(route)
const isRepeatable = (route: Route) => route.method === 'POST' && needsKey(route)
const always = () => true
const never = () => false

type Rule = Routes | ((route: Route) => boolean)

const RULES: Readonly<Record<ErrorCode, Rule>> = {
  INVALID_JSON: hasBody,
  INVALID_INPUT: always,
  WORKSPACE_REQUIRED: isWorkspaceRoute,
  UNKNOWN_EVENT_TYPE: [...PUBLISH, 'createWebhook', 'createSubscription', 'createReplay', 'testWebhook'],
  INVALID_EVENT_DATA: VALIDATED,
  INVALID_EVENT_TYPE_SCHEMA: WRITE_TYPE,
  URL_NOT_ALLOWED: WRITE_WEBHOOK,
  HEADER_NOT_ALLOWED: WRITE_WEBHOOK,
  INVALID_IDEMPOTENCY_KEY: (route) => route.method === 'POST',
  INVALID_CURSOR: (route) => isHistory(route) || isStream(route),
  API_KEY_REQUIRED: needsKey,
  API_KEY_WITHOUT_BEARER: needsKey,
  API_KEY_INVALID: (route) => needsKey(route) || isSignIn(route),
  API_KEYS_DIFFER: needsKey,
  SESSION_REQUIRED: ['getSession'],
  SESSION_INVALID: (route) => needsKey(route) || isSession(route),
  PORTAL_LINK_INVALID: ['createSession'],
  SIGNATURE_REFUSED: never,
  SCOPE_MISSING: needsKey,
  WORKSPACE_FORBIDDEN: (route) => isWorkspaceRoute(route) || isSignIn(route),
  CAPABILITY_MISSING: (route) => route.capability !== null,
  CLOSED_TO_PORTALS: (route) => needsKey(route) && route.capability === null,
  CSRF_TOKEN_INVALID: (route) => route.method !== 'GET' && (needsKey(route) || route.path === ROUTES.endSession.path),
  ORIGIN_FORBIDDEN: (route) => needsKey(route) || isSession(route),
  // An id of `.` or `..` makes a client ask for another path, which may not be there, or not have this method (RFC 3986 §5.2.4).
  ROUTE_NOT_FOUND: (route) => route.params !== undefined,
  METHOD_NOT_ALLOWED: (route) => route.params !== undefined,
  // The admin key may name a workspace that is not there.
  WORKSPACE_NOT_FOUND: (route) => has('workspaceId')(route) || isWorkspaceRoute(route),
  WEBHOOK_NOT_FOUND: has('webhookId'),
  SUBSCRIPTION_NOT_FOUND: has('subscriptionId'),
  EVENT_TYPE_NOT_FOUND: has('key'),
  EVENT_NOT_FOUND: has('eventId'),
  CALL_NOT_FOUND: has('callId'),
  DELIVERY_NOT_FOUND: has('deliveryId'),
  REPLAY_NOT_FOUND: has('replayId'),
  PORTAL_SESSION_NOT_FOUND: has('portalSessionId'),
  TEST_RECEIVER_NOT_FOUND: has('testReceiverId'),
  API_KEY_NOT_FOUND: has('apiKeyId'),
  SOURCE_NOT_FOUND: has('sourceId'),
  REQUEST_TIMEOUT: (route) => route.method !== 'GET',
  SUBSCRIPTION_EXISTS: ['createSubscription'],
  WEBHOOK_LIMIT_REACHED: ['createWebhook'],
  SECRET_LIMIT_REACHED: ['rotateWebhookSecret'],
  SOURCE_LIMIT_REACHED: ['createSource'],
  API_KEY_LIMIT_REACHED: ['createApiKey'],
  PORTAL_SESSION_LIMIT_REACHED: ['createPortalSession'],
  TEST_RECEIVER_LIMIT_REACHED: ['createTestReceiver'],
  TEST_RECEIVERS_OFF: ['createTestReceiver'],
  EVENT_TYPE_LIMIT_REACHED: ['createEventType'],
  EVENT_TYPE_BYTES_REACHED: WRITE_TYPE,
  EVENT_TYPE_EXISTS: ['createEventType'],
  EVENT_TYPE_BUILT_IN: ['createEventType', 'updateEventType', 'deleteEventType'],
  EVENT_TYPE_IN_USE: ['deleteEventType'],
  EVENT_TYPE_UNUSABLE: VALIDATED,
  EVENT_TYPE_RESERVED: PUBLISH,
  WEBHOOK_INACTIVE: ['retryDelivery', 'createReplay'],
  REPLAY_LIMIT_REACHED: ['createReplay'],
  WEBHOOK_IS_PUSH: ['pullDeliveries', 'recordPullResults', 'extendPullLease'],
  TEST_NOT_FETCHED: ['testWebhook'],
  TEST_DELAYED: ['testWebhook'],
  TEST_ERASED: ['testWebhook'],
  LEASE_ENDED: ['extendPullLease'],
  DELIVERY_SENDING: ['retryDelivery'],
  IDEMPOTENCY_KEY_REUSED: isRepeatable,
  EVENT_ID_REUSED: PUBLISH,
  TOO_MANY_DELIVERIES: ['publishEventBatch'],
  BODY_TOO_LARGE: (route) => route.method !== 'GET',
  UNSUPPORTED_MEDIA_TYPE: (route) => needsKey(route) || isSession(route),
  EXPECTATION_FAILED: never,
  TOO_MANY_REQUESTS: (route) => needsKey(route) || isSession(route),
  MESSAGE_NEEDS_ANSWER: never,
  TOO_MANY_STREAMS: isStream,
  INTERNAL_ERROR: always,
  STORAGE_UNAVAILABLE: (route) => needsKey(route) || isSession(route),
  SENDING_UNAVAILABLE: ['testWebhook'],
  NOT_READY: always,
}

/** The codes that a route can answer with, in the order of the table of errors. */
export function errorCodesOf(name: RouteName, route: Route): ErrorCode[] {
  const codes = Object.keys(RULES) as ErrorCode[]
  return codes.filter((code) => {
    const rule = RULES[code]
    return typeof rule === 'function' ? rule(route) : rule.includes(name)
  })
}
