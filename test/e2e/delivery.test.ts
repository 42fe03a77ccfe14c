import { createHmac } from 'node:crypto'
import { hostname } from 'node:os'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { afterEach, describe, expect, test } from 'vitest'
import type { Answer, ReceivedRequest } from '../support/receiver.ts'
import { until } from '../support/until.ts'
import { makeWorld, type World } from './world.ts'

let world: World
afterEach(() => world.end())

/** A verifier written with nothing but node:crypto from the seed's sentence: HMAC-SHA256, format sha256=HEX. */
function verifiesAsTheSeedSays(request: ReceivedRequest, secret: string): boolean {
  const hex = createHmac('sha256', secret).update(request.body).digest('hex')
  return request.headers['x-supervisor-signature'] === `sha256=${hex}`
}

function verifiesAsStandardWebhook(request: ReceivedRequest, secret: string): boolean {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  const svixHeaders = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.replace('webhook-', 'svix-'), value]),
  )
  try {
    new StandardWebhook(secret).verify(request.body.toString(), headers)
    new SvixWebhook(secret).verify(request.body.toString(), svixHeaders)
    return true
  } catch {
    return false
  }
}

describe('a delivery', () => {
  test('arrives over HTTPS, byte for byte what was published, signed in both schemes', async () => {
    world = await makeWorld()
    const webhook = await world.client.webhooks.create({
      url: world.receiver.url('/hook'),
      headers: { 'X-Custom-Signature': 'allowed' },
    })
    await world.client.webhooks.createSubscription(webhook.id, { eventKey: 'call.completed' })
    const data = '{"call_id":"c1","big":12345678901234567890,"z":1,"a":"ñ 🎧","exact":1.10}'
    const response = await fetch(`${world.timbre.address}/v1/events`, {
      method: 'POST',
      headers: {
        'x-api-key': world.timbre.apiKey,
        'workspace-id': world.timbre.workspaceId,
        'content-type': 'application/json',
      },
      body: `{"type":"call.completed","data":${data}}`,
    })
    expect(response.status).toBe(202)
    const accepted = (await response.json()) as { id: string; deliveryCount: number }
    expect(accepted.deliveryCount).toBe(1)

    const [request] = await world.receiver.waitFor(1)
    const { secret } = await world.client.webhooks.getSecret(webhook.id)
    expect(request?.body.toString()).toMatch(
      new RegExp(`^\\{"id":"${accepted.id}","type":"call.completed","created_at":"[^"]+","data":`),
    )
    expect(request?.body.toString().endsWith(`"data":${data}}`)).toBe(true)
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      accept: '*/*',
      'accept-encoding': 'identity',
      'user-agent': expect.stringMatching(/^Timbre\/\d/),
      'x-supervisor-event': 'call.completed',
      'webhook-id': accepted.id,
      'x-custom-signature': 'allowed',
    })
    expect(secret).toMatch(/^whsec_.{32}$/)
    expect(verifiesAsTheSeedSays(request as ReceivedRequest, secret)).toBe(true)
    expect(verifiesAsStandardWebhook(request as ReceivedRequest, secret)).toBe(true)
    expect(verifiesAsTheSeedSays(request as ReceivedRequest, `${secret}x`)).toBe(false)

    const detail = await until(
      () => world.client.webhooks.getDelivery(webhook.id, String(request?.headers['x-supervisor-delivery'])),
      ({ status }) => status === 'success',
    )
    expect(detail).toMatchObject({ eventId: accepted.id, attempts: 1, responseStatus: 200, nextAttemptAt: null })
    expect(detail.requestHeaders?.['x-supervisor-signature']).toBe(request?.headers['x-supervisor-signature'])
    expect(JSON.stringify(detail)).not.toContain('allowed')
    expect(await world.client.webhooks.get(webhook.id)).toMatchObject({ successCount: 1, failureCount: 0 })
  })

  test('is tried again with growing delays until the receiver recovers, and never after the success', async () => {
    const answers: Answer[] = [{ status: 500 }, { status: 503 }, { reset: 'before_answer' }]
    world = await makeWorld(
      { TIMBRE_RETRY_SCHEDULE: '0,0.2,0.6,1.2,5', TIMBRE_RETRY_JITTER: '0' },
      (_, nth) => answers[nth - 1] ?? {},
    )
    const webhook = await world.subscribe()
    await world.publish()
    const requests = await world.receiver.waitFor(4)
    const gaps = requests.slice(1).map(({ receivedAt }, index) => receivedAt - (requests[index]?.receivedAt ?? 0))
    expect(gaps[0]).toBeGreaterThanOrEqual(195)
    expect(gaps[1]).toBeGreaterThanOrEqual(595)
    expect(gaps[2]).toBeGreaterThanOrEqual(1195)
    expect(new Set(requests.map(({ body }) => body.toString())).size).toBe(1)
    const delivery = await until(
      () => world.client.webhooks.getDelivery(webhook.id, String(requests[0]?.headers['x-supervisor-delivery'])),
      ({ status }) => status === 'success',
    )
    const attempts = await Array.fromAsync(world.client.webhooks.listAttempts(webhook.id, delivery.id))
    expect(attempts.map(({ outcome, responseStatus }) => [outcome, responseStatus])).toEqual([
      ['answered', 200],
      ['connection_reset', null],
      ['answered', 503],
      ['answered', 500],
    ])
    expect(attempts.every(({ error, responseStatus }) => (responseStatus === 200) === (error === null))).toBe(true)
  })

  test('ends at 410, disables the webhook, and goes on after it is enabled again', async () => {
    world = await makeWorld({}, (_, nth) => ({ status: nth === 1 ? 410 : 200 }))
    const webhook = await world.subscribe()
    await world.publish()
    const gone = await until(
      () => world.client.webhooks.get(webhook.id),
      ({ isActive }) => !isActive,
    )
    expect(gone).toMatchObject({ disabledReason: 'gone', failureCount: 1 })
    await world.publish()
    expect(world.receiver.count).toBe(1)
    const on = await world.client.webhooks.update(webhook.id, { isActive: true })
    expect(on.disabledReason).toBeNull()
    await world.publish()
    await world.receiver.waitFor(2)
    const [failed] = (await world.client.webhooks.listDeliveries(webhook.id, { status: 'failed' })).data
    await world.client.webhooks.retryDelivery(webhook.id, String(failed?.id))
    await world.receiver.waitFor(3)
    await until(
      () => world.client.webhooks.get(webhook.id),
      ({ successCount, failureCount }) => successCount === 2 && failureCount === 0,
    )
  })

  test('verifies with the old and the new secret while a rotation overlaps, and with the new one only without overlap', async () => {
    world = await makeWorld()
    const webhook = await world.subscribe()
    const before = await world.client.webhooks.getSecret(webhook.id)
    const after = await rotated(webhook.id)
    expect(after.secret).not.toBe(before.secret)
    expect(after.previousSecretExpiresAt).not.toBeNull()
    await world.publish()
    const [both] = (await world.receiver.waitFor(1)) as [ReceivedRequest]
    expect(verifiesAsTheSeedSays(both, after.secret)).toBe(true)
    expect(verifiesAsStandardWebhook(both, after.secret)).toBe(true)
    expect(verifiesAsStandardWebhook(both, before.secret)).toBe(true)
    const hex = createHmac('sha256', before.secret).update(both.body).digest('hex')
    expect(both.headers['x-supervisor-signature-previous']).toBe(`sha256=${hex}`)

    const last = await rotated(webhook.id, { overlapHours: 0 })
    await world.publish()
    const [, third] = (await world.receiver.waitFor(2)) as [ReceivedRequest, ReceivedRequest]
    expect(verifiesAsStandardWebhook(third, last.secret)).toBe(true)
    expect(verifiesAsStandardWebhook(third, after.secret)).toBe(false)
    // It was promised 24 hours by the first rotation.
    expect(verifiesAsStandardWebhook(third, before.secret)).toBe(true)

    const leaked = await rotated(webhook.id, { overlapHours: 0, endPrevious: true })
    await world.publish()
    const [, , only] = (await world.receiver.waitFor(3)) as [ReceivedRequest, ReceivedRequest, ReceivedRequest]
    expect(verifiesAsStandardWebhook(only, leaked.secret)).toBe(true)
    for (const { secret } of [before, last]) expect(verifiesAsStandardWebhook(only, secret)).toBe(false)
    expect(only.headers).not.toHaveProperty('x-supervisor-signature-previous')
  })

  test('can be tried at once as a test send, which answers with the attempt', async () => {
    world = await makeWorld({}, () => ({ status: 422, body: 'no thanks' }))
    const webhook = await world.client.webhooks.create({ url: world.receiver.url(), isActive: false })
    const result = await world.client.webhooks.test(webhook.id, { eventKey: 'call.error' })
    expect(result).toMatchObject({
      delivered: false,
      attempt: { trigger: 'test', number: 1, responseStatus: 422, responseBody: 'no thanks' },
    })
    expect(JSON.parse(String(world.receiver.requests[0]?.body))).toMatchObject({
      type: 'call.error',
      data: { error_code: 'telephony_provider_unavailable' },
    })
  })

  test('waits while its webhook is disabled, and is sent when it is switched on', async () => {
    world = await makeWorld({ TIMBRE_RETRY_SCHEDULE: '0,0.5', TIMBRE_RETRY_JITTER: '0' }, (_, nth) => ({
      status: nth === 1 ? 500 : 200,
    }))
    const webhook = await world.subscribe()
    await world.publish()
    await world.receiver.waitFor(1)
    await world.client.webhooks.update(webhook.id, { isActive: false })
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect(world.receiver.count).toBe(1)
    await world.client.webhooks.update(webhook.id, { isActive: true })
    await world.receiver.waitFor(2, 3000)
  })
})

describe('a target', () => {
  test('on this machine is refused outside development mode, as a literal at once, by a name at the attempt', async () => {
    world = await makeWorld({ TIMBRE_DEV: '0', TIMBRE_RETRY_SCHEDULE: '0' })
    await expect(world.client.webhooks.create({ url: world.receiver.url() })).rejects.toMatchObject({
      code: 'URL_NOT_ALLOWED',
    })
    const webhook = await world.client.webhooks.create({
      url: world.receiver.url('/', hostname()),
    })
    const result = await world.client.webhooks.test(webhook.id, { eventKey: 'call.error' })
    expect(result.attempt.outcome).toBe('blocked_address')
    expect(result.attempt.error).toContain('TIMBRE_ALLOW_TARGETS')
    expect(result.attempt.error).not.toContain('127.0.0.1')
    expect(world.receiver.connections).toBe(0)
  })

  test('in a range that the operator allows is reached', async () => {
    world = await makeWorld({ TIMBRE_DEV: '0', TIMBRE_ALLOW_TARGETS: '127.0.0.0/8' })
    await world.subscribe()
    await world.publish()
    await world.receiver.waitFor(1)
  })
})

/** The answer to a first request, which has the secret. */
async function rotated(
  webhookId: string,
  rotate: { readonly overlapHours?: number; readonly endPrevious?: boolean } = {},
) {
  const { secret, previousSecretExpiresAt } = await world.client.webhooks.rotateSecret(webhookId, rotate)
  if (secret === undefined) throw new Error('A first answer has the secret.')
  return { secret, previousSecretExpiresAt }
}
