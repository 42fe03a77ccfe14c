// Owns the programs that use a generated client as its users do: a whole CRUD, publish and replay, with the types of that client.
// Must never cast: what does not compile is the fault of the document. Each ends by printing DONE.

export const DONE = 'a whole CRUD, publish and replay'

/** What every program begins with. */
const SETTINGS = `
import { deepEqual as equal } from 'node:assert/strict'
const setting = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new Error(name + ' is not set')
  return value
}
const [address, apiKey, workspaceId, receiver] = ['ADDRESS', 'API_KEY', 'WORKSPACE_ID', 'RECEIVER'].map(setting) as [string, string, string, string]
const until = async <T>(look: () => Promise<T>, isDone: (value: T) => boolean): Promise<T> => {
  for (let nth = 0; nth < 400; nth++) {
    const value = await look()
    if (isDone(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it has not come to pass')
}
// Only what this program publishes.
const since = new Date().toISOString()
`

/** openapi-typescript for the types, openapi-fetch for the requests. */
export const OPENAPI_FETCH = `
import createClient from 'openapi-fetch'
import type { components, paths } from './schema.js'
${SETTINGS}
const client = createClient<paths>({
  baseUrl: address,
  headers: { authorization: 'Bearer ' + apiKey, 'x-workspace-id': workspaceId },
})
const must = <T>({ data, error }: { data?: T; error?: components['schemas']['Problem'] }): NonNullable<T> => {
  if (data === undefined || data === null) throw new Error(JSON.stringify(error))
  return data
}

const made = must(await client.POST('/v1/webhooks', {
  body: { url: receiver, headers: { 'X-A': 'b' }, ordering: 'call', eventKeys: ['call.completed'] },
}))
equal([made.headers, made.ordering, made.subscriptionCount], [{ 'X-A': 'b' }, 'call', 1])
const params = { path: { webhookId: made.id } }
const changed = must(await client.PATCH('/v1/webhooks/{webhookId}', { params, body: { isActive: false } }))
equal([changed.isActive, changed.ordering], [false, 'call'])
const described = must(await client.PATCH('/v1/webhooks/{webhookId}', { params, body: { description: 'CRM' } }))
const kept: components['schemas']['Webhook'] = described
equal([kept.isActive, kept.ordering, kept.headers, kept.description], [false, 'call', { 'X-A': 'b' }, 'CRM'])
must(await client.PATCH('/v1/webhooks/{webhookId}', { params, body: { isActive: true } }))
must(await client.POST('/v1/webhooks/{webhookId}/secret/rotate', { params, body: {} }))
const subscription = must(await client.POST('/v1/webhooks/{webhookId}/subscriptions', { params, body: { eventKey: 'call.error' } }))
const ofSubscription = { path: { webhookId: made.id, subscriptionId: subscription.id } }
must(await client.PATCH('/v1/webhooks/{webhookId}/subscriptions/{subscriptionId}', { params: ofSubscription, body: { isActive: false } }))
equal(must(await client.GET('/v1/webhooks/{webhookId}/subscriptions', { params: { ...params, query: { isActive: true } } })).meta.total, 1)
must(await client.POST('/v1/event-types', {
  body: { key: 'order.paid', schema: { type: 'object', required: ['order'] }, example: { order: 'A' } },
}))
equal(must(await client.GET('/v1/event-types/{key}', { params: { path: { key: 'order.paid' } } })).schema, { type: 'object', required: ['order'] })

const event = must(await client.POST('/v1/events', {
  params: { header: { 'Idempotency-Key': 'order-4711' } },
  body: { type: 'call.completed', data: { call_id: 'c', own: { deep: [1] } } },
}))
equal([event.deliveryCount, event.skipped], [1, undefined])
const nobody = must(await client.POST('/v1/events', { body: { type: 'order.paid', data: { order: 'A' } } }))
const reason: components['schemas']['SkipReason'] | undefined = nobody.skipped?.[0]?.reason
equal(reason, 'no_subscription')
must(await client.POST('/v1/events/batch', { body: { events: [{ type: 'call.completed', data: { call_id: 'd' } }] } }))
const detail = must(await client.GET('/v1/events/{eventId}', { params: { path: { eventId: event.id } } }))
equal(detail.data, { call_id: 'c', own: { deep: [1] } })
await until(
  async () => must(await client.GET('/v1/deliveries', { params: { query: { status: 'success', limit: 10 } } })),
  ({ data }) => data.length === 2,
)
const replay = must(await client.POST('/v1/webhooks/{webhookId}/replays', {
  params, body: { since, until: new Date(Date.now() + 1000).toISOString(), only: 'all' },
}))
const ofReplay = { path: { webhookId: made.id, replayId: replay.id } }
const ended = await until(
  async () => must(await client.GET('/v1/webhooks/{webhookId}/replays/{replayId}', { params: { ...ofReplay } })),
  ({ status }) => status === 'finished',
)
equal(ended.queued, 2)
const refused = await client.POST('/v1/events', { body: { type: 'call.completed', data: {} } })
const code: components['schemas']['ErrorCode'] | undefined = refused.error?.code
equal([code, refused.error?.details.issues?.[0]?.path], ['INVALID_EVENT_DATA', '/data/call_id'])
equal((await client.DELETE('/v1/webhooks/{webhookId}', { params })).response.status, 204)
console.log('${DONE}')
`

/** Given the key and the workspace once, for every call. */
export const HEY_API = `
import * as api from './client/index.js'
import { client } from './client/client.gen.js'
import type { EventPublish, Ordering, Webhook } from './client/index.js'
${SETTINGS}
client.setConfig({
  baseUrl: address,
  auth: ({ scheme, name }) => (scheme === 'bearer' ? apiKey : name === 'x-workspace-id' ? workspaceId : undefined),
  throwOnError: true,
})
const throwOnError = true as const

const { data: made } = await api.createWebhook({
  throwOnError, body: { url: receiver, headers: { 'X-A': 'b' }, eventKeys: ['call.completed'] },
})
const header: string | undefined = made.headers['X-A']
equal([header, made.subscriptions?.length], ['b', 1])
const path = { webhookId: made.id }
await api.updateWebhook({ throwOnError, path, body: { isActive: false, ordering: 'call' } })
const { data: changed } = await api.updateWebhook({ throwOnError, path, body: { description: 'CRM' } })
const kept: Webhook = changed
const ordering: Ordering = kept.ordering
equal([kept.isActive, ordering, kept.headers], [false, 'call', { 'X-A': 'b' }])
await api.updateWebhook({ throwOnError, path, body: { isActive: true } })
await api.rotateWebhookSecret({ throwOnError, path, body: {} })
const { data: subscription } = await api.createSubscription({ throwOnError, path, body: { eventKey: 'call.error' } })
await api.updateSubscription({ throwOnError, path: { ...path, subscriptionId: subscription.id }, body: { isActive: false } })
equal((await api.listSubscriptions({ throwOnError, path })).data.meta.total, 2)
const published: EventPublish = { type: 'call.completed', data: { call_id: 'c', own: { deep: [1] } } }
const { data: event } = await api.publishEvent({ throwOnError, body: published, headers: { 'Idempotency-Key': 'k-1' } })
equal(event.deliveryCount, 1)
await api.publishEventBatch({ throwOnError, body: { events: [published] } })
equal((await api.getEvent({ throwOnError, path: { eventId: event.id } })).data.data, published.data)
await until(
  async () => (await api.listDeliveries({ throwOnError, query: { status: 'success', webhookId: made.id } })).data,
  ({ data }) => data.length === 2,
)
const range = { since, until: new Date(Date.now() + 1000).toISOString() }
const { data: replay } = await api.createReplay({ throwOnError, path, body: { ...range, only: 'all' } })
const ended = await until(
  async () => (await api.getReplay({ throwOnError, path: { ...path, replayId: replay.id } })).data,
  ({ status }) => status === 'finished',
)
equal(ended.queued, 2)
await api.deleteWebhook({ throwOnError, path })
const gone = await api.getWebhook({ throwOnError: false, path })
equal([gone.response?.status, gone.error?.code], [404, 'WEBHOOK_NOT_FOUND'])
console.log('${DONE}')
`

/** orval: its client of fetch for the requests, and what its zod schemas make of every body, there and back. */
export const ORVAL = `
import * as api from './client.js'
import type { EventPublish, WebhookCreate } from './client.js'
import * as zod from './zod.js'
${SETTINGS}
const options = { headers: { authorization: 'Bearer ' + apiKey, 'x-workspace-id': workspaceId } }
// Generated for a server at the same address as the page.
const fetched = globalThis.fetch
globalThis.fetch = (url, init) => fetched(new URL(String(url), address), init)

const create: WebhookCreate = { url: receiver, headers: { 'X-A': 'b' }, ordering: 'call', eventKeys: ['call.completed'] }
equal(zod.CreateWebhookBody.parse(create), create)
const made = await api.createWebhook(create, options)
if (made.status !== 201) throw new Error(JSON.stringify(made.data))
const header: string | undefined = made.data.headers['X-A']
equal([header, zod.CreateWebhookResponse.parse(made.data).headers], ['b', { 'X-A': 'b' }])
const id = made.data.id
// What was not given is not there.
equal(zod.UpdateWebhookBody.parse({ description: 'x' }), { description: 'x' })
equal(zod.RotateWebhookSecretBody.parse({}), {})
await api.updateWebhook(id, { isActive: false }, options)
const changed = await api.updateWebhook(id, zod.UpdateWebhookBody.parse({ description: 'CRM' }), options)
if (changed.status !== 200) throw new Error(JSON.stringify(changed.data))
equal([changed.data.isActive, changed.data.ordering, changed.data.headers], [false, 'call', { 'X-A': 'b' }])
await api.updateWebhook(id, { isActive: true }, options)
await api.rotateWebhookSecret(id, {}, options)
const subscribed = await api.createSubscription(id, { eventKey: 'call.error' }, options)
if (subscribed.status !== 201) throw new Error(JSON.stringify(subscribed.data))
await api.updateSubscription(id, subscribed.data.id, { isActive: false }, options)
const published: EventPublish = { type: 'call.completed', data: { call_id: 'c', own: { deep: [1] } } }
equal(zod.PublishEventBody.parse(published), published)
const event = await api.publishEvent(published, options)
if (event.status !== 202) throw new Error(JSON.stringify(event.data))
equal([event.data.deliveryCount, zod.PublishEventResponse.parse(event.data)], [1, event.data])
await api.publishEventBatch({ events: [published] }, options)
const detail = await api.getEvent(event.data.id, options)
if (detail.status !== 200) throw new Error(JSON.stringify(detail.data))
equal(zod.GetEventResponse.parse(detail.data).data, published.data)
const type = await api.getEventType('call.completed', options)
if (type.status !== 200) throw new Error(JSON.stringify(type.data))
equal(zod.GetEventTypeResponse.parse(type.data).schema, type.data.schema)
await until(
  () => api.listDeliveries({ status: 'success', webhookId: id }, options),
  (answer) => answer.status === 200 && zod.ListDeliveriesResponse.parse(answer.data).data.length === 2,
)
const range = { since, until: new Date(Date.now() + 1000).toISOString() }
const replay = await api.createReplay(id, { ...range, only: 'all' }, options)
if (replay.status !== 202) throw new Error(JSON.stringify(replay.data))
const replayId = replay.data.id
await until(
  () => api.getReplay(id, replayId, options),
  (answer) => answer.status === 200 && zod.GetReplayResponse.parse(answer.data).status === 'finished' && answer.data.queued === 2,
)
const listed = await api.listWebhooks(undefined, options)
if (listed.status !== 200) throw new Error(JSON.stringify(listed.data))
equal(zod.ListWebhooksResponse.parse(listed.data), listed.data)
equal((await api.deleteWebhook(id, options)).status, 204)
const gone = await api.getWebhook(id, options)
equal([gone.status, gone.status === 404 ? gone.data.code : ''], [404, 'WEBHOOK_NOT_FOUND'])
console.log('${DONE}')
`
