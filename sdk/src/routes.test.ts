import { ROUTES, type Route, type RouteName } from '@timbre/contract/routes.ts'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AnsweringServer, type ReceivedRequest, sendJson } from '../test/support/answering-server.ts'
import { type Client, createClient } from './index.ts'

const ID = '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d'
const EVENT = { type: 'call.completed', data: { call_id: 'c' } } as const
const TIMES = { since: '2025-08-19T16:00:00.000Z', until: '2025-08-19T17:00:00.000Z' }
const HISTORY = { limit: 10, after: 'cursor' }

/** How each route is called through the client, with everything that can be given. */
const CALLS: Record<Exclude<RouteName, 'healthLive' | 'healthReady'>, (client: Client) => PromiseLike<unknown>> = {
  createWebhook: ({ webhooks }) =>
    webhooks.create({
      url: 'https://example.com',
      agentId: null,
      description: 'd',
      isActive: false,
      headers: { 'X-A': 'b' },
      ordering: 'call',
      rateLimitPerSecond: 5,
      retrySchedule: [0, 5],
      secret: '0123456789abcdef',
    }),
  listWebhooks: ({ webhooks }) => webhooks.list({ page: 2, limit: 5 }),
  getWebhook: ({ webhooks }) => webhooks.get(ID),
  getWebhookHealth: ({ webhooks }) => webhooks.health(ID),
  updateWebhook: ({ webhooks }) => webhooks.update(ID, { isActive: true }),
  deleteWebhook: ({ webhooks }) => webhooks.delete(ID),
  getWebhookSecret: ({ webhooks }) => webhooks.getSecret(ID),
  rotateWebhookSecret: ({ webhooks }) => webhooks.rotateSecret(ID),
  testWebhook: ({ webhooks }) => webhooks.test(ID, { eventKey: 'call.completed' }),
  createSubscription: ({ webhooks }) => webhooks.createSubscription(ID, { eventKey: 'call.completed', isActive: true }),
  listSubscriptions: ({ webhooks }) => webhooks.listSubscriptions(ID, { isActive: true, page: 1, limit: 5 }),
  getSubscription: ({ webhooks }) => webhooks.getSubscription(ID, ID),
  updateSubscription: ({ webhooks }) => webhooks.updateSubscription(ID, ID, { isActive: false }),
  deleteSubscription: ({ webhooks }) => webhooks.deleteSubscription(ID, ID),
  listEventTypes: ({ eventTypes }) => eventTypes.list({ page: 1, limit: 100 }),
  getEventType: ({ eventTypes }) => eventTypes.get('call.completed'),
  createEventType: ({ eventTypes }) =>
    eventTypes.create({ key: 'order.paid', schema: { type: 'object' }, example: {} }),
  checkEventType: ({ eventTypes }) => eventTypes.check({ schema: { type: 'object' }, example: {} }),
  updateEventType: ({ eventTypes }) => eventTypes.update('order.paid', { isDeprecated: true }),
  deleteEventType: ({ eventTypes }) => eventTypes.delete('order.paid'),
  publishEvent: ({ events }) => events.publish({ ...EVENT, agentId: ID, id: 'evt_1', createdAt: TIMES.since }),
  publishEventBatch: ({ events }) => events.publishBatch([EVENT, { type: 'order.paid', data: { n: 1 } }]),
  listEvents: ({ events }) => events.list({ type: 'call.completed', callId: 'c', id: 'evt_1', ...TIMES, ...HISTORY }),
  getEvent: ({ events }) => events.get('evt_1'),
  createErasure: ({ events }) => events.eraseCall('c'),
  listCalls: ({ calls }) => calls.list({ status: 'ended', agentId: ID, number: '+52', ...TIMES, ...HISTORY }),
  getCall: ({ calls }) => calls.get('c/1'),
  listDeliveries: ({ deliveries }) =>
    deliveries.list({ webhookId: ID, status: 'failed', eventKey: 'a.b', eventId: 'evt_1', ...TIMES, ...HISTORY }),
  streamDeliveries: async ({ deliveries }) => {
    const filters = { webhookId: ID, status: 'failed', eventKey: 'a.b', eventId: 'evt_1' } as const
    for await (const item of deliveries.stream({ ...filters, lastEventId: 'cursor' })) return item
    return undefined
  },
  listWebhookDeliveries: ({ webhooks }) => webhooks.listDeliveries(ID, { status: 'queued', ...TIMES, ...HISTORY }),
  findDelivery: ({ deliveries }) => deliveries.get(ID),
  getDelivery: ({ webhooks }) => webhooks.getDelivery(ID, ID),
  listAttempts: ({ webhooks }) => webhooks.listAttempts(ID, ID, HISTORY),
  retryDelivery: ({ webhooks }) => webhooks.retryDelivery(ID, ID),
  createReplay: ({ webhooks }) =>
    webhooks.createReplay(ID, { ...TIMES, only: 'missing', eventKeys: ['call.completed'], dryRun: true }),
  listReplays: ({ webhooks }) => webhooks.listReplays(ID, { page: 1, limit: 5 }),
  getReplay: ({ webhooks }) => webhooks.getReplay(ID, ID),
  cancelReplay: ({ webhooks }) => webhooks.cancelReplay(ID, ID),
  pullDeliveries: ({ webhooks }) => webhooks.pullDeliveries(ID, { max: 5, waitSeconds: 20, leaseSeconds: 30 }),
  recordPullResults: ({ webhooks }) =>
    webhooks.recordPullResults(ID, [{ deliveryId: ID, leaseToken: 't', status: 200, durationMs: 5, body: 'ok' }]),
  extendPullLease: ({ webhooks }) =>
    webhooks.extendPullLease(ID, { deliveryId: ID, leaseToken: 't', leaseSeconds: 30 }),
  getStatistics: ({ stats }) => stats.get({ ...TIMES, bucket: '5m' }),
  getWebhookStatistics: ({ webhooks }) => webhooks.stats(ID, { ...TIMES, bucket: '1m' }),
  createSource: ({ sources }) => sources.create({ name: 'n', kind: 'retell', secret: 'key_0123456789' }),
  listSources: ({ sources }) => sources.list({ page: 1, limit: 5 }),
  getSource: ({ sources }) => sources.get(ID),
  updateSource: ({ sources }) => sources.update(ID, { name: 'm' }),
  deleteSource: ({ sources }) => sources.delete(ID),
  listSignals: ({ sources }) => sources.listSignals(ID),
  testSource: ({ sources }) => sources.test(ID, { outcome: 'failed' }),
  listRefusedRequests: ({ sources }) => sources.listRefusedRequests(ID),
  listApiKeys: ({ apiKeys }) => apiKeys.list({ page: 1, limit: 5 }),
  createApiKey: ({ apiKeys }) => apiKeys.create({ name: 'n', scopes: ['events:write'], environment: 'sandbox' }),
  revokeApiKey: ({ apiKeys }) => apiKeys.revoke(ID),
  createPortalSession: ({ portalSessions }) =>
    portalSessions.create({ capabilities: ['view', 'retry'], expiresInSeconds: 60, locale: 'es', theme: 'dark' }),
  listPortalSessions: ({ portalSessions }) => portalSessions.list({ page: 1, limit: 5 }),
  endPortalSession: ({ portalSessions }) => portalSessions.end(ID),
  endPortalSessions: ({ portalSessions }) => portalSessions.endAll(),
  createTestReceiver: ({ testReceivers }) =>
    testReceivers.create({ responseStatus: 503, delayMs: 100, failurePercent: 50 }),
  listTestReceivers: ({ testReceivers }) => testReceivers.list({ page: 1, limit: 5 }),
  updateTestReceiver: ({ testReceivers }) => testReceivers.update(ID, { responseStatus: 200 }),
  deleteTestReceiver: ({ testReceivers }) => testReceivers.delete(ID),
  streamReceivedRequests: async ({ testReceivers }) => {
    for await (const item of testReceivers.streamRequests(ID, { lastEventId: '3' })) return item
    return undefined
  },
  listReceivedRequests: ({ testReceivers }) => testReceivers.listRequests(ID, { page: 1, limit: 5 }),
  clearReceivedRequests: ({ testReceivers }) => testReceivers.clearRequests(ID),
  createSession: ({ session }) => session.create({ apiKey: 'k', workspaceId: ID }),
  getSession: ({ session }) => session.get(),
  endSession: ({ session }) => session.end(),
  createWorkspace: ({ workspaces }) => workspaces.create({ name: 'n', retentionDays: 7 }),
  listWorkspaces: ({ workspaces }) => workspaces.list({ page: 1, limit: 5 }),
  getWorkspace: ({ workspaces }) => workspaces.get(ID),
  updateWorkspace: ({ workspaces }) => workspaces.update(ID, { name: 'm', retentionDays: null }),
  getInstance: ({ instance }) => instance.get(),
  getInstanceStatistics: ({ instance }) => instance.stats({ ...TIMES, bucket: '1d' }),
  getInstanceBacklog: ({ instance }) => instance.backlog(),
  listBusyWorkspaces: ({ instance }) => instance.busyWorkspaces(),
  listAuditEntries: ({ auditLog }) => auditLog.list({ workspaceId: ID, ...HISTORY }),
}

let route: Route
const server = new AnsweringServer((_, response) => {
  if (route.streams !== undefined)
    response
      .writeHead(200, { 'content-type': 'text/event-stream' })
      .write(`id: 1\nevent: ${Object.keys(route.streams)[0]}\ndata: {}\n\n`)
  else if (route.response === undefined) response.writeHead(route.status).end()
  else sendJson(response, route.status, { data: [], meta: { hasNext: false } })
})
let client: Client

beforeAll(async () => {
  await server.start()
  client = createClient({ baseUrl: server.url, workspaceId: ID, apiKey: 'k', retry: { maxRetries: 0 } })
})
afterAll(() => server.stop())

function pathPattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`)
}

function checkAgainst({ method, path, query, body }: Route, request: ReceivedRequest): void {
  expect(request.method).toBe(method)
  expect(request.path).toMatch(pathPattern(path))
  const sentQuery = Value.Convert(query ?? {}, Object.fromEntries(request.query))
  if (query === undefined) expect(sentQuery).toEqual({})
  else expect([...Value.Errors(query, sentQuery)]).toEqual([])
  if (body === undefined) expect(request.body).toBe('')
  else expect([...Value.Errors(body, JSON.parse(request.body))]).toEqual([])
}

describe('the client', () => {
  test.each(Object.entries(CALLS))('calls %s as the contract has it', async (name, call) => {
    route = ROUTES[name as RouteName] // Object.entries forgets which names there are
    server.requests.splice(0)
    const answer = await call(client)
    expect(server.requests).toHaveLength(1)
    const [request] = server.requests
    checkAgainst(route, request ?? expect.fail('Nothing was sent.'))
    expect(answer === undefined).toBe(route.status === 204)
  })

  test('gives a batch back as an array', async () => {
    const accepted = [{ id: 'evt_1', type: 'a', createdAt: TIMES.since, duplicate: false, deliveryCount: 2 }]
    const fetch = async () => new Response(JSON.stringify({ data: accepted }), { status: 202 })
    const own = createClient({ baseUrl: server.url, workspaceId: ID, apiKey: 'k', fetch })
    expect(await own.events.publishBatch([EVENT])).toEqual(accepted)
  })
})
