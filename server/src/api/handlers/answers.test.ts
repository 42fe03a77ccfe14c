// What answers carry for clients beside their body: where a thing was made, compression, and who may read them in a browser.
import { gunzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'

let api: ApiUnderTest
afterEach(() => api.stop())

const WEBHOOK = { url: 'https://example.com/hook' }

test('what was made says where it can be read, also when the request is repeated', async () => {
  api = await startApi()
  const make = () =>
    api.call({ method: 'POST', url: '/v1/webhooks', body: WEBHOOK, headers: { 'idempotency-key': 'one' } })
  const made = await make()
  const { location } = made.headers
  expect(location).toBe(`/v1/webhooks/${made.body.id}`)
  expect((await api.call({ url: String(location) })).body.id).toBe(made.body.id)
  expect((await make()).headers['location']).toBe(location)
  const url = `${location}/subscriptions`
  const subscribed = await api.call({ method: 'POST', url, body: { eventKey: 'call.completed' } })
  expect(subscribed.headers['location']).toBe(`${url}/${subscribed.body.id}`)
})

test('/ leads to the reference, and is nothing where there is none', async () => {
  api = await startApi()
  expect(await api.call({ url: '/', key: null })).toMatchObject({ status: 302, headers: { location: 'docs' } })
  await api.stop()
  api = await startApi({ hasDocs: false })
  expect((await api.call({ url: '/', key: null })).status).toBe(404)
})

test('a large list is compressed for who asks for it', async () => {
  api = await startApi()
  const events = Array.from({ length: 200 }, () => ({ type: 'call.completed', data: { call_id: 'c' } }))
  await api.call({ method: 'POST', url: '/v1/events/batch', body: { events } })
  const list = { url: '/v1/events?limit=200' }
  const plain = await api.call(list)
  expect(plain.headers).toMatchObject({ vary: 'accept-encoding' })
  expect(plain.headers['content-encoding']).toBeUndefined()
  const { id, key } = api.ours
  const headers = { authorization: `Bearer ${key}`, 'x-workspace-id': id, 'accept-encoding': 'gzip' }
  const response = await api.app.inject({ ...list, headers })
  expect(response.headers).toMatchObject({
    'content-encoding': 'gzip',
    'content-length': response.rawPayload.length.toString(),
  })
  expect(response.rawPayload.length).toBeLessThan(plain.text.length / 4)
  expect(gunzipSync(response.rawPayload).toString()).toBe(plain.text)
})

test('pages of the origins that were named may ask and read, and no others', async () => {
  const origin = 'https://app.example.com'
  api = await startApi({ corsOrigins: [origin] })
  const preflight = (from: string) =>
    api.call({
      method: 'OPTIONS',
      url: '/v1/webhooks',
      key: null,
      headers: {
        origin: from,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    })
  expect(await preflight(origin)).toMatchObject({
    status: 204,
    headers: {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': expect.stringContaining('PATCH'),
    },
  })
  expect((await preflight('https://other.example')).headers['access-control-allow-origin']).toBeUndefined()
  const event = { type: 'call.completed', data: { call_id: 'c' } }
  for (const asked of [{ url: '/v1/webhooks' }, { method: 'POST', url: '/v1/events', body: event } as const]) {
    const response = await api.send({ key: api.ours.key, workspace: api.ours.id, ...asked, headers: { origin } })
    expect(response.status).toBeLessThan(300)
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': origin,
      vary: expect.stringContaining('Origin'),
    })
  }
  expect(await api.call({ url: '/v1/webhooks', key: null, headers: { origin } })).toMatchObject({
    status: 401,
    headers: { 'access-control-allow-origin': origin },
  })
})

test('where no origin was named nothing of it is there', async () => {
  api = await startApi()
  const headers = { origin: 'https://app.example.com', 'access-control-request-method': 'POST' }
  const response = await api.call({ method: 'OPTIONS', url: '/v1/webhooks', headers })
  expect(response.status).toBe(405)
  expect(response.headers['access-control-allow-origin']).toBeUndefined()
})
