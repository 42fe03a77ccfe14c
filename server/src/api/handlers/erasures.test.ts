// Erasing a call, and a workspace's retention, through the API.
// Must never sleep: what is under way is held by the receiver until the test lets go.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'

let api: ApiUnderTest
let server: Server
/** Answers to requests that are under way. */
let held: ServerResponse[]

beforeEach(async () => {
  held = []
  server = createServer((request, response) => {
    request.resume()
    held.push(response)
    server.emit('held')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  api = await startApi({ allowHttpLoopback: true, refuseTarget: () => undefined })
})
afterEach(async () => {
  for (const response of held) response.end()
  await api.stop()
  server.closeAllConnections()
  server.close()
})

const post = (url: string, body: object, more: object = {}) => api.call({ method: 'POST', url, body, ...more })
const publish = (callId: string, more: object = {}) =>
  post('/v1/events', { type: 'call.completed', data: { call_id: callId } }, more)

async function subscribe(): Promise<string> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  const webhook = await post('/v1/webhooks', { url })
  await post(`/v1/webhooks/${webhook.body.id}/subscriptions`, { eventKey: 'call.completed' })
  return webhook.body.id
}

describe('POST /v1/erasures', () => {
  test('removes the events of the call and answers with how many; other calls and workspaces keep theirs', async () => {
    const theirs = { key: api.theirs.key, workspace: api.theirs.id }
    await publish('call-1')
    await publish('call-1')
    await publish('call-2')
    await publish('call-1', theirs)
    const answer = await post('/v1/erasures', { callId: 'call-1' })
    expect(answer).toMatchObject({ status: 200, body: { callId: 'call-1', events: 2, deliveries: 0, attempts: 0 } })
    expect((await api.call({ url: '/v1/events' })).body.data).toMatchObject([{ callId: 'call-2' }])
    expect((await api.call({ url: '/v1/events', ...theirs })).body.data).toMatchObject([{ callId: 'call-1' }])
    expect((await post('/v1/erasures', { callId: 'call-1' })).body).toMatchObject({ events: 0 })
  })

  test('is in the audit log, which keeps a part of the hash and not the id', async () => {
    await publish('call-of-somebody')
    await post('/v1/erasures', { callId: 'call-of-somebody' })
    const log = await api.call({ url: '/v1/audit-log', key: api.adminKey })
    const hash = createHash('sha256').update('call-of-somebody').digest('hex')
    expect(log.body.data[0]).toMatchObject({
      action: 'call.erased',
      workspaceId: api.ours.id,
      targetId: `sha256:${hash.slice(0, 16)}`,
    })
    expect(api.dump()).not.toContain('call-of-somebody')
  })

  test('gives the first response again for the same Idempotency-Key', async () => {
    await publish('call-1')
    const headers = { 'idempotency-key': 'erase-1' }
    const first = await post('/v1/erasures', { callId: 'call-1' }, { headers })
    const again = await post('/v1/erasures', { callId: 'call-1' }, { headers })
    expect(first.body).toMatchObject({ events: 1 })
    expect(again).toMatchObject({ body: first.body, headers: { 'idempotency-replayed': 'true' } })
  })

  test('what waits in memory is not sent any more, and what is under way leaves no row', async () => {
    const webhookId = await subscribe()
    const fourUnderWay = new Promise<void>((resolve) => server.on('held', () => held.length === 4 && resolve()))
    for (let nth = 0; nth < 10; nth++) await publish('call-1')
    await fourUnderWay
    const answer = await post('/v1/erasures', { callId: 'call-1' })
    expect(answer.body).toMatchObject({ events: 10, deliveries: 10, attempts: 0 })
    // The lane works in order: once this one arrives, the six that waited before it were passed over.
    const next = once(server, 'held')
    await publish('call-2')
    for (const response of held.splice(0)) response.end()
    await next
    expect(held).toHaveLength(1)
    held.pop()?.end()
    await expect
      .poll(async () => (await api.call({ url: `/v1/webhooks/${webhookId}` })).body)
      .toMatchObject({ successCount: 1, failureCount: 0 })
    expect(api.counts()).toMatchObject({ attempts: 1 })
    expect((await api.call({ url: '/v1/deliveries' })).body.data).toHaveLength(1)
  })

  test.each([[{}], [{ callId: '' }], [{ callId: 'x'.repeat(257) }], [{ callId: 1 }], [{ callId: 'a', all: true }]])(
    'refuses %j',
    async (body) => {
      expect(await post('/v1/erasures', body)).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } })
    },
  )
})

describe('the retention of a workspace', () => {
  const admin = () => ({ key: api.adminKey, workspace: null })
  const patch = (body: object) => api.call({ method: 'PATCH', url: `/v1/workspaces/${api.ours.id}`, body, ...admin() })

  test("is the instance's until it is set, and may be set, kept for ever and taken back", async () => {
    const made = await post('/v1/workspaces', { name: 'Acme', retentionDays: 90 }, admin())
    expect(made).toMatchObject({ status: 201, body: { retentionDays: 90 } })
    expect((await api.call({ url: `/v1/workspaces/${made.body.id}`, ...admin() })).body).toEqual(made.body)
    expect((await api.call({ url: `/v1/workspaces/${api.ours.id}`, ...admin() })).body.retentionDays).toBeNull()
    for (const retentionDays of [7, 0, 3650, null]) {
      expect(await patch({ retentionDays })).toMatchObject({ status: 200, body: { retentionDays, name: 'Ours' } })
    }
    expect((await patch({ name: 'New' })).body).toMatchObject({ retentionDays: null, name: 'New' })
    const log = await api.call({ url: '/v1/audit-log', ...admin() })
    expect(log.body.data.slice(0, 2)).toMatchObject([{ changedFields: ['name'] }, { changedFields: ['retentionDays'] }])
  })

  test.each([-1, 3651, 1.5, '30'])('is refused as %j', async (retentionDays) => {
    expect(await patch({ retentionDays })).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } })
  })
})
