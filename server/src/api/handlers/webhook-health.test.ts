// The health of a webhook through the API, made by real attempts at a real receiver.
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeLeaf } from '../../../../test/support/certificates.ts'
import { until } from '../../../../test/support/until.ts'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'
import { startReceiver, type TestReceiver } from '../testing/test-receiver.ts'

let api: ApiUnderTest
let receiver: TestReceiver

beforeAll(async () => {
  receiver = await startReceiver()
  api = await startApi({ allowHttpLoopback: true, refuseTarget: () => undefined })
})
afterAll(async () => {
  await api.stop()
  await receiver.stop()
})

const call = (method: 'POST' | 'PATCH', url: string, body: unknown) => api.call({ method, url, body })
const health = async (id: string, language = 'en') =>
  (await api.call({ url: `/v1/webhooks/${id}/health`, headers: { 'accept-language': language } })).body
const webhook = async (path: string) =>
  (await call('POST', '/v1/webhooks', { url: `${receiver.url}${path}`, eventKeys: ['call.completed'] })).body.id
const publish = () => call('POST', '/v1/events', { type: 'call.completed', data: { call_id: 'c' } })
const attempted = (id: string, attempts: number) =>
  until(
    () => health(id),
    (found) => found.attempts >= attempts,
  )

test('a webhook to which nothing was sent is idle', async () => {
  const id = await webhook('/')
  expect(await health(id)).toMatchObject({
    webhookId: id,
    state: 'idle',
    attempts: 0,
    failures: 0,
    causes: [],
    change: null,
    failingSince: null,
    lastSuccessAt: null,
    nextAttemptAt: null,
  })
  await api.call({ method: 'DELETE', url: `/v1/webhooks/${id}` })
})

test('one that succeeds is healthy; after a rotation at which its receiver refuses, it fails since then, in words', async () => {
  const id = await webhook('/')
  await publish()
  expect(await attempted(id, 1)).toMatchObject({ state: 'healthy', failures: 0, causes: [] })
  await call('POST', `/v1/webhooks/${id}/secret/rotate`, {})
  receiver.status = 401
  try {
    await publish()
    const found = await attempted(id, 2)
    expect(found).toMatchObject({
      state: 'failing',
      attempts: 2,
      failures: 1,
      disabledReason: null,
      change: { action: 'webhook.secret_rotated', message: expect.stringMatching(/^It began after the secret was/) },
      causes: [{ cause: 'status_401', count: 1, message: 'The receiver answers 401.' }],
    })
    expect(found.summary).toContain('It began after the secret was rotated')
    const [delivery] = (await api.call({ url: `/v1/webhooks/${id}/deliveries?status=queued` })).body.data
    expect(found.causes[0].latest).toMatchObject({ deliveryId: delivery.id, error: delivery.lastError })
    expect(found.nextAttemptAt).toBe(delivery.nextAttemptAt)
    const spanish = await health(id, 'es')
    expect(spanish.causes[0].message).toBe('El receptor responde 401.')
    expect(spanish.causes[0].latest.error).toMatch(/^El receptor respondió 401/)
    expect(spanish.summary).toContain('Empezó después de rotar el secreto')
  } finally {
    receiver.status = 200
    await api.call({ method: 'DELETE', url: `/v1/webhooks/${id}` })
  }
})

test('one that is not active is told so, and what failed before', async () => {
  const id = (await call('POST', '/v1/webhooks', { url: 'http://127.0.0.1:1/', eventKeys: ['call.completed'] })).body.id
  await publish()
  await attempted(id, 1)
  await call('PATCH', `/v1/webhooks/${id}`, { isActive: false })
  expect(await health(id)).toMatchObject({ state: 'disabled', causes: [{ cause: 'connection_refused', count: 1 }] })
})

test('a certificate that is signed by itself is a cause of its own, with what to do, in both languages', async () => {
  const server = createServer(await makeLeaf(['localhost'], undefined), (_, response) => response.end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const url = `https://localhost:${(server.address() as AddressInfo).port}/`
    const { id } = (await call('POST', '/v1/webhooks', { url, eventKeys: ['call.completed'] })).body
    await publish()
    await attempted(id, 1)
    const cause = { cause: 'certificate_self_signed', count: 1 }
    expect((await health(id)).causes).toMatchObject([{ ...cause, advice: expect.stringContaining('public authority') }])
    expect((await health(id, 'es')).causes).toMatchObject([
      {
        ...cause,
        message: 'El certificado del receptor está firmado por sí mismo.',
        latest: { error: expect.stringMatching(/^El certificado está firmado por sí mismo/) },
      },
    ])
    await api.call({ method: 'DELETE', url: `/v1/webhooks/${id}` })
  } finally {
    server.close()
  }
})

test('of another workspace there is none', async () => {
  const id = await webhook('/')
  const { key, id: workspace } = api.theirs
  const theirs = await api.call({ url: `/v1/webhooks/${id}/health`, key, workspace })
  expect([theirs.status, theirs.body.code]).toEqual([404, 'WEBHOOK_NOT_FOUND'])
})
