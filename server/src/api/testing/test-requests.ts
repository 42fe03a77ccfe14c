// Owns the requests of the generated tests: a right one for every route of the table, for things that are there or are not.
// Must never be imported by anything but tests.
import type { Route } from '@timbre/contract/routes.ts'
import type { ApiUnderTest, TestCall } from './test-api.ts'
import { OF_LEASE, RIGHT_BODIES } from './test-bodies.ts'

/** Ids that nothing has. */
export const NOWHERE: Readonly<Record<string, string>> = {
  webhookId: '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d',
  subscriptionId: '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3e',
  deliveryId: '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3f',
  pulledWebhookId: '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d',
  ...OF_LEASE,
  replayId: '01990f2e-5400-7b31-9c4d-2f6a8e1b0c42',
  eventId: 'evt_nowhere',
  callId: 'nowhere',
  key: 'own.nowhere',
  apiKeyId: '01990f2e-5400-7b31-9c4d-2f6a8e1b0c40',
  portalSessionId: '01990f2e-5400-7b31-9c4d-2f6a8e1b0c43',
  testReceiverId: '01990f2e-5400-7b31-9c4d-2f6a8e1b0c44',
  sourceId: '01990f2e-5400-7b31-9c4d-2f6a8e1b0c47',
  workspaceId: '01990f2e-5400-7b31-9c4d-2f6a8e1b0c41',
}

/** @param ids by the names of the parameters; absent: of things that do not exist */
export function callOf(name: string, route: Route, ids: Readonly<Record<string, string>> = NOWHERE): TestCall {
  // What a consumer fetches is of another webhook than what is sent.
  const of = route.tag === 'Pull' ? { ...ids, webhookId: ids['pulledWebhookId'] ?? '' } : ids
  const url = route.path.replaceAll(/:(\w+)/g, (_, parameter: string) => of[parameter] ?? '')
  const right = RIGHT_BODIES[name]
  const body = right && withLease(right, of)
  return { method: route.method, url, ...(body === undefined ? {} : { body }) }
}

function withLease(body: object, ids: Readonly<Record<string, string>>): object {
  let text = JSON.stringify(body)
  for (const [name, placeholder] of Object.entries(OF_LEASE))
    text = text.replaceAll(placeholder, ids[name] ?? placeholder)
  return JSON.parse(text) as object
}

/**
 * One of everything that has an id, under the names of the parameters of routes.
 * @param name no two of one workspace have the same
 */
export async function makeThings(
  api: ApiUnderTest,
  as: { readonly key: string; readonly workspace: string },
  name: string,
): Promise<Record<string, string>> {
  const made = async (url: string, body: object) => (await api.call({ ...as, method: 'POST', url, body })).body
  const webhook = await made('/v1/webhooks', { url: 'https://receiver.invalid/hook', isActive: true })
  const subscription = await made(`/v1/webhooks/${webhook.id}/subscriptions`, { eventKey: 'call.completed' })
  const replay = await made(`/v1/webhooks/${webhook.id}/replays`, RIGHT_BODIES['createReplay'] ?? {})
  const pulled = await made('/v1/webhooks', { kind: 'pull', eventKeys: ['call.completed'] })
  const pull = { max: 1, leaseSeconds: 600 }
  const event = await made('/v1/events', { type: 'call.completed', data: { call_id: name } })
  const type = await made('/v1/event-types', { key: `own.${name.replaceAll('-', '_')}` })
  const source = await made('/v1/sources', { name: 'Theirs', kind: 'retell', secret: 'key_0123456789abcdef' })
  const apiKey = await made('/v1/api-keys', { name: 'Theirs', scopes: ['events:read'] })
  const deliveries = await api.call({ ...as, url: `/v1/webhooks/${webhook.id}/deliveries` })
  const leased = await made(`/v1/webhooks/${pulled.id}/pull`, pull)
  // For whoever pulls next.
  await made('/v1/events', { type: 'call.completed', data: { call_id: name } })
  // There are not so many that each caller could have one of its own.
  const [testReceiver] = (await api.call({ ...as, url: '/v1/test-receivers' })).body.data
  const portal = await made('/v1/portal-sessions', RIGHT_BODIES['createPortalSession'] ?? {})
  return {
    webhookId: webhook.id,
    subscriptionId: subscription.id,
    deliveryId: deliveries.body.data[0].id,
    pulledWebhookId: pulled.id,
    pulledDeliveryId: leased.data[0].deliveryId,
    leaseToken: leased.data[0].leaseToken,
    replayId: replay.id,
    eventId: event.id,
    callId: name,
    key: type.key,
    apiKeyId: apiKey.id,
    portalSessionId: portal.id,
    testReceiverId: (testReceiver ?? (await made('/v1/test-receivers', {}))).id,
    sourceId: source.id,
    workspaceId: as.workspace,
  }
}
