// Test sends through the API: of a type's example, of data of the caller's own, and with the current secret only.
// Must never reach anything but its own receiver.
import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'
import { startReceiver, type TestReceiver } from '../testing/test-receiver.ts'

let api: ApiUnderTest
let receiver: TestReceiver
let webhook: string

beforeAll(async () => {
  receiver = await startReceiver()
  api = await startApi({ allowHttpLoopback: true, refuseTarget: () => undefined })
  const made = await api.call({ method: 'POST', url: '/v1/webhooks', body: { url: receiver.url } })
  webhook = `/v1/webhooks/${made.body.id}`
})
afterAll(async () => {
  await api.stop()
  await receiver.stop()
})

const send = (body: unknown, headers = {}) => api.call({ method: 'POST', url: `${webhook}/test`, body, headers })
const sent = () => receiver.received.at(-1)
const rows = () => api.counts()

describe('a test with data of its own', () => {
  test('sends it byte for byte, and is marked as a test', async () => {
    const data = '{"call_id":"call_1", "big":12345678901234567890,"x":1.0}'
    const response = await send(`{"eventKey":"call.completed","data":${data}}`)
    expect(response).toMatchObject({ status: 200, body: { delivered: true, attempt: { trigger: 'test', number: 1 } } })
    expect(sent()?.body).toContain(`"data":${data}}`)
    const event = await api.call({ url: `/v1/events/${response.body.eventId}` })
    expect(event.body).toMatchObject({ type: 'call.completed', callId: 'call_1', data: { call_id: 'call_1' } })
  })

  test('is validated as a published event, and sends nothing where something is wrong', async () => {
    const before = rows()
    const count = receiver.received.length
    const wrong = await send({ eventKey: 'call.completed', data: { duration_ms: -1 } })
    expect(wrong).toMatchObject({ status: 400, body: { code: 'INVALID_EVENT_DATA' } })
    expect(wrong.body.details.issues.map(({ path }: { path: string }) => path).sort()).toEqual([
      '/data/call_id',
      '/data/duration_ms',
    ])
    const schema = { type: 'object', required: ['order'] }
    await api.call({ method: 'POST', url: '/v1/event-types', body: { key: 'own.tested', schema } })
    expect((await send({ eventKey: 'own.tested', data: {} })).body.details.issues[0].path).toBe('/data/order')
    expect((await send({ eventKey: 'no.such', data: {} })).body.code).toBe('UNKNOWN_EVENT_TYPE')
    expect((await send('{"eventKey":"call.completed","data":{"call_id":"a","call_id":"b"}}')).status).toBe(400)
    const large = await send({ eventKey: 'call.completed', data: { call_id: 'a', more: 'x'.repeat(256 * 1024) } })
    expect(large).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } })
    expect([rows()['events'], receiver.received.length]).toEqual([before['events'], count])
  })

  test('of an own type that fits is sent', async () => {
    expect((await send({ eventKey: 'own.tested', data: { order: 1 } })).body.delivered).toBe(true)
    expect(JSON.parse(sent()?.body ?? '')).toMatchObject({ type: 'own.tested', data: { order: 1 } })
  })
})

describe('a test with the current secret only', () => {
  const rotated = async () =>
    (await api.call({ method: 'POST', url: `${webhook}/secret/rotate`, body: {} })).body.secret as string
  const signature = (secret: string, body: string) =>
    `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

  test('is not signed by those that were replaced, while every other one is', async () => {
    const secret = await rotated()
    await send({ eventKey: 'call.error', currentSecretOnly: true })
    const { headers, body } = sent() ?? { headers: {}, body: '' }
    expect(headers['x-supervisor-signature']).toBe(signature(secret, body))
    expect(headers).not.toHaveProperty('x-supervisor-signature-previous')
    expect(String(headers['webhook-signature']).split(' ')).toHaveLength(1)
    await send({ eventKey: 'call.error' })
    expect(sent()?.headers).toHaveProperty('x-supervisor-signature-previous')
    expect(String(sent()?.headers['webhook-signature']).split(' ')).toHaveLength(2)
  })

  test('is refused for what a consumer fetches, saying why', async () => {
    const made = await api.call({ method: 'POST', url: '/v1/webhooks', body: { kind: 'pull' } })
    const url = `/v1/webhooks/${made.body.id}/test`
    const response = await api.call({ method: 'POST', url, body: { eventKey: 'call.error', currentSecretOnly: true } })
    expect(response).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } })
    expect(response.body.details.issues[0]).toMatchObject({ path: '/currentSecretOnly' })
  })
})
