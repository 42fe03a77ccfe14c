// Subscribing while a webhook is made, and the number of its subscriptions, through the API.
// Must never reach a receiver: the names end in .invalid.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'

const URL = 'https://receiver.invalid/hook'

let api: ApiUnderTest

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const create = (body: object, headers = {}) =>
  api.call({ method: 'POST', url: '/v1/webhooks', body: { url: URL, ...body }, headers })
const read = async (url: string) => (await api.call({ url })).body

describe('a webhook that is made with eventKeys', () => {
  test('is subscribed to each of them at once, and its response has the subscriptions', async () => {
    const made = await create({ eventKeys: ['call.completed', 'webhook.disabled'] })
    expect(made).toMatchObject({ status: 201, body: { subscriptionCount: 2 } })
    const { subscriptions, id: webhookId, ...webhook } = made.body
    expect(subscriptions).toMatchObject([
      { webhookId, eventKey: 'call.completed', isActive: true },
      { webhookId, eventKey: 'webhook.disabled', isActive: true },
    ])
    expect(await read(`/v1/webhooks/${webhookId}`)).toEqual({ id: webhookId, ...webhook })
    const listed = await read(`/v1/webhooks/${webhookId}/subscriptions`)
    expect(listed.data).toEqual(expect.arrayContaining(subscriptions))
    expect(listed.meta.total).toBe(2)
    const data = { call_id: 'c' }
    const event = await api.call({ method: 'POST', url: '/v1/events', body: { type: 'call.completed', data } })
    expect(event.body.deliveryCount).toBe(1)
  })

  test('is answered the same when the request is repeated, and made once', async () => {
    const headers = { 'idempotency-key': 'with-keys' }
    const first = await create({ eventKeys: ['call.completed'] }, headers)
    const again = await create({ eventKeys: ['call.completed'] }, headers)
    expect(again.body).toEqual(first.body)
    expect((await read(`/v1/webhooks/${first.body.id}/subscriptions`)).meta.total).toBe(1)
  })

  test.each([
    [['call.completed', 'order.unheard'], { code: 'UNKNOWN_EVENT_TYPE', details: { path: '/eventKeys/1' } }],
    [['call.completed', 'call.completed'], { code: 'INVALID_INPUT', details: { issues: [{ path: '/eventKeys' }] } }],
    [['call.*'], { code: 'INVALID_INPUT', details: { issues: [{ path: '/eventKeys/0' }] } }],
    ['call.completed', { code: 'INVALID_INPUT', details: { issues: [{ path: '/eventKeys' }] } }],
  ])('with %j is refused, and nothing is stored', async (eventKeys, body) => {
    const { total } = (await read('/v1/webhooks')).meta
    expect(await create({ eventKeys })).toMatchObject({ status: 400, body })
    expect((await read('/v1/webhooks')).meta.total).toBe(total)
  })

  test('may be made with none, and eventKeys cannot be changed', async () => {
    const made = await create({ eventKeys: [] })
    expect(made).toMatchObject({ status: 201, body: { subscriptionCount: 0, subscriptions: [] } })
    const body = { eventKeys: ['call.completed'] }
    const changed = await api.call({ method: 'PATCH', url: `/v1/webhooks/${made.body.id}`, body })
    expect(changed).toMatchObject({ status: 400, body: { details: { issues: [{ path: '/eventKeys' }] } } })
  })
})

test('subscriptionCount follows the subscriptions, active or not', async () => {
  const { id, subscriptions } = (await create({})).body
  expect(subscriptions).toBeUndefined()
  const at = `/v1/webhooks/${id}`
  const subscribe = (eventKey: string, isActive: boolean) =>
    api.call({ method: 'POST', url: `${at}/subscriptions`, body: { eventKey, isActive } })
  const first = (await subscribe('call.completed', true)).body
  await subscribe('call.error', false)
  expect((await read(at)).subscriptionCount).toBe(2)
  await api.call({ method: 'DELETE', url: `${at}/subscriptions/${first.id}` })
  const changed = await api.call({ method: 'PATCH', url: at, body: { description: 'fewer' } })
  expect(changed.body.subscriptionCount).toBe(1)
  const listed = (await read('/v1/webhooks')).data.find((webhook: { id: string }) => webhook.id === id)
  expect(listed.subscriptionCount).toBe(1)
})
