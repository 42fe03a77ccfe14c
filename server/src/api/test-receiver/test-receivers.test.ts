// Test receivers, through the API: what they keep, what they answer, and what nobody can make of them.
import { createHmac } from 'node:crypto'
import { RECEIVED_BODY_BYTES_MAX, RECEIVED_BYTES_MAX, RECEIVED_REQUESTS_MAX } from '@timbre/contract/test-receiver.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ManualClock } from '../../../../test/support/manual-clock.ts'
import { SystemRandom } from '../../platform/random.ts'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'
import { TestReceivers } from './test-receivers.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const NOBODY = { key: null, workspace: null } as const
const pathOf = ({ url }: { readonly url: string }) => new URL(url).pathname

async function make(fields: object = {}) {
  const made = await api.call({ method: 'POST', url: '/v1/test-receivers', body: fields })
  expect(made.status).toBe(201)
  return made.body as { readonly id: string; readonly url: string }
}
const remove = ({ id }: { readonly id: string }) => api.call({ method: 'DELETE', url: `/v1/test-receivers/${id}` })
const requestsOf = async ({ id }: { readonly id: string }) =>
  (await api.call({ url: `/v1/test-receivers/${id}/requests?limit=100` })).body

test('keeps what it is sent as it came, by any method and of any type, and answers with a fixed text', async () => {
  const receiver = await make()
  const text = '{"a": "ñ",\n "b":1e3}'
  for (const [method, type, body] of [
    ['POST', 'application/json', text],
    ['PUT', 'text/xml', '<a/>'],
    ['GET', 'x/y', undefined],
    ['POST', 'application/json', '{broken'],
  ] as const) {
    const headers = { 'content-type': type, 'x-own': 'value' }
    const response = await api.call({ ...NOBODY, method, url: pathOf(receiver), headers, body })
    expect([response.status, response.text]).toEqual([200, 'Kept by the test receiver.\n'])
  }
  const { data, meta } = await requestsOf(receiver)
  expect(meta.total).toBe(4)
  expect(data.map((kept: { method: string; body: string }) => [kept.method, kept.body])).toEqual([
    ['POST', '{broken'],
    ['GET', ''],
    ['PUT', '<a/>'],
    ['POST', text],
  ])
  expect(data[3]).toMatchObject({ headers: { 'x-own': 'value' }, responseStatus: 200, verified: null })
  await remove(receiver)
})

test('forgets what it kept when it is told to, and goes on', async () => {
  const receiver = await make()
  const send = () => api.call({ ...NOBODY, method: 'POST', url: pathOf(receiver), body: '{}' })
  await send()
  const cleared = await api.call({ method: 'DELETE', url: `/v1/test-receivers/${receiver.id}/requests` })
  expect([cleared.status, (await requestsOf(receiver)).data]).toEqual([204, []])
  await send()
  expect((await requestsOf(receiver)).data.length).toBe(1)
  const { data } = (await api.call({ url: '/v1/test-receivers' })).body
  expect(data.find(({ id }: { id: string }) => id === receiver.id).requestCount).toBe(2)
  await remove(receiver)
})

test('says whether a request is signed with a secret of a webhook of its workspace that sends there, also after a rotation', async () => {
  const receiver = await make()
  const url = `https://public.example${pathOf(receiver)}`
  const create = { method: 'POST', url: '/v1/webhooks' } as const
  const webhook = await api.call({ ...create, body: { url, secret: 'a secret of 16 characters' } })
  const theirs = { url, secret: 'the secret of somebody else' }
  await api.call({ ...create, body: theirs, key: api.theirs.key, workspace: api.theirs.id })
  const send = (secret: string) => {
    const signature = `sha256=${createHmac('sha256', secret).update('{}').digest('hex')}`
    const headers = { 'content-type': 'application/json', 'x-supervisor-signature': signature }
    return api.call({ ...NOBODY, method: 'POST', url: pathOf(receiver), headers, body: '{}' })
  }
  const verdicts = async () => (await requestsOf(receiver)).data.map(({ verified }: { verified: boolean }) => verified)
  await send('a secret of 16 characters')
  await send('the secret of somebody else')
  await send('')
  expect(await verdicts()).toEqual([false, false, true])
  const rotate = { method: 'POST', url: `/v1/webhooks/${webhook.body.id}/secret/rotate` } as const
  await api.call({ ...rotate, body: { secret: 'the next one, also so long', overlapHours: 1 } })
  await send('the next one, also so long')
  expect(await verdicts()).toEqual([true, false, false, true])
  await api.call({ ...rotate, body: { overlapHours: 0, endPrevious: true } })
  expect(await verdicts()).toEqual([false, false, false, false])
  await remove(receiver)
})

test('answers as it is told to, from the next request on', async () => {
  const receiver = await make({ responseStatus: 503 })
  const send = async () => (await api.call({ ...NOBODY, method: 'POST', url: pathOf(receiver), body: {} })).status
  expect(await send()).toBe(503)
  const change = (body: object) => api.call({ method: 'PATCH', url: `/v1/test-receivers/${receiver.id}`, body })
  expect((await change({ responseStatus: 201 })).body).toMatchObject({ responseStatus: 201, requestCount: 1 })
  expect(await send()).toBe(201)
  await change({ failurePercent: 100 })
  expect(await send()).toBe(500)
  for (const body of [
    { responseStatus: 102 },
    { delayMs: 20_001 },
    { failurePercent: 101 },
    { url: 'https://a.example' },
  ])
    expect((await change(body)).status).toBe(400)
  await remove(receiver)
  expect(await send()).toBe(404)
})

test('is another workspace’s own: what it got, and that it is there', async () => {
  const receiver = await make()
  const as = { key: api.theirs.key, workspace: api.theirs.id }
  for (const call of [
    { url: `/v1/test-receivers/${receiver.id}/requests` },
    { method: 'PATCH', url: `/v1/test-receivers/${receiver.id}`, body: {} },
    { method: 'DELETE', url: `/v1/test-receivers/${receiver.id}` },
  ] as const) {
    expect(await api.call({ ...call, ...as })).toMatchObject({ status: 404, body: { code: 'TEST_RECEIVER_NOT_FOUND' } })
  }
  expect((await api.call({ url: '/v1/test-receivers', ...as })).body.data).toEqual([])
  const unknown = await api.call({ ...NOBODY, method: 'POST', url: `/receiver/${'A'.repeat(43)}`, body: {} })
  expect(unknown).toMatchObject({ status: 404, body: { code: 'ROUTE_NOT_FOUND' } })
  expect(unknown.text).not.toContain('AAAA')
  await remove(receiver)
})

test('is not there where it is switched off', async () => {
  const off = await startApi({ testReceiversMax: 0 })
  try {
    const made = await off.call({ method: 'POST', url: '/v1/test-receivers', body: {} })
    expect(made).toMatchObject({ status: 409, body: { code: 'TEST_RECEIVERS_OFF' } })
    const sent = await off.call({ ...NOBODY, method: 'POST', url: `/receiver/${'A'.repeat(43)}`, body: {} })
    expect(sent).toMatchObject({ status: 404, body: { code: 'ROUTE_NOT_FOUND' } })
  } finally {
    await off.stop()
  }
})

test('keeps no more than its bounds, and of a body that is too long only that it came', async () => {
  const receiver = await make()
  const body = JSON.stringify({ long: 'x'.repeat(RECEIVED_BODY_BYTES_MAX) })
  const sent = await api.call({ ...NOBODY, method: 'POST', url: pathOf(receiver), body })
  expect(sent.status).toBe(200)
  expect((await requestsOf(receiver)).data[0]).toMatchObject({ body: null, verified: null })
  const endless = await api.call({ ...NOBODY, method: 'POST', url: pathOf(receiver), body: 'x'.repeat(400_000) })
  expect(endless.status).toBe(413)
  await remove(receiver)
})

function inMemory(receiversMax = 3) {
  const clock = new ManualClock()
  const receivers = new TestReceivers({ clock, random: new SystemRandom(), receiversMax })
  const send = (token: ReturnType<typeof receivers.make>, bytes = 2) =>
    receivers.receive(token, { method: 'POST', headers: {}, body: Buffer.alloc(bytes) })
  return { clock, receivers, send }
}

test('however much is sent, the oldest go, by number and by bytes', async () => {
  const { receivers, send } = inMemory()
  const receiver = receivers.make('w', {})
  for (let nth = 0; nth < 2 * RECEIVED_REQUESTS_MAX; nth++) await send(receiver)
  expect([receiver.requests.length, receiver.requestCount]).toEqual([RECEIVED_REQUESTS_MAX, 2 * RECEIVED_REQUESTS_MAX])
  for (let nth = 0; nth < 9; nth++) await send(receiver, RECEIVED_BODY_BYTES_MAX)
  const bytes = receiver.requests.reduce((sum, { body }) => sum + (body?.length ?? 0), 0)
  expect(bytes).toBeLessThanOrEqual(RECEIVED_BYTES_MAX)
})

test('a workspace has so many, and all together so many', () => {
  const { receivers } = inMemory()
  for (const workspace of ['a', 'b', 'b']) receivers.make(workspace, {})
  expect(() => receivers.make('c', {})).toThrow(expect.objectContaining({ code: 'TEST_RECEIVER_LIMIT_REACHED' }))
  receivers.delete('a', receivers.list('a')[0]?.id ?? '')
  receivers.make('c', {})
})

test('a flood is refused before it is read, and so is what would wait beside too many', async () => {
  const { clock, receivers, send } = inMemory()
  const receiver = receivers.make('w', { delayMs: 1000 })
  let taken = 0
  while (receivers.mayReceive(receiver)) taken++
  expect(taken).toBe(60)
  await clock.advance(10_000)
  const waiting = Array.from({ length: 20 }, () => send(receiver))
  expect(receivers.mayReceive(receiver)).toBe(false)
  await clock.advance(1000)
  expect(await Promise.all(waiting)).toEqual(waiting.map(() => 200))
  expect(receivers.mayReceive(receiver)).toBe(true)
})

test('whoever waits is answered when the service stops, and no timer is left', async () => {
  const { clock, receivers, send } = inMemory()
  const waiting = send(receivers.make('w', { delayMs: 20_000 }))
  receivers.stop()
  expect(await waiting).toBe(200)
  expect(clock.pending).toBe(0)
})
