import { hostname } from 'node:os'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { afterEach, describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { makeWorld, type World } from './world.ts'

let world: World
afterEach(() => world.end())

const THREADS = { TIMBRE_SENDER_THREADS: '2' }

describe('a delivery from a sender thread', () => {
  test('arrives over HTTPS, signed, and is retried until it is taken', async () => {
    world = await makeWorld(
      { ...THREADS, TIMBRE_RETRY_SCHEDULE: '0,0.1,0.1', TIMBRE_RETRY_JITTER: '0' },
      (_, nth) => [{ status: 500 }, { reset: 'before_answer' } as const, {}][nth - 1] ?? {},
    )
    const webhook = await world.subscribe()
    const id = await world.publish()
    const requests = await world.receiver.waitFor(3)
    const { secret } = await world.client.webhooks.getSecret(webhook.id)
    for (const { headers, body } of requests) {
      const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
      expect(new StandardWebhook(secret).verify(body.toString(), plain)).toMatchObject({ id })
    }
    await until(
      async () => (await world.client.webhooks.listDeliveries(webhook.id, { status: 'success' })).data.length,
      (count) => count === 1,
    )
    expect(world.receiver.count).toBe(3)
  })

  test('of every event of a burst to several webhooks is recorded, and a stop leaves none unfinished', async () => {
    world = await makeWorld(THREADS, () => ({ delayMs: 20 }))
    for (const path of ['/a', '/b', '/c', '/d']) await world.subscribe(path)
    await Promise.all(Array.from({ length: 50 }, () => world.publish()))
    await world.receiver.waitFor(10)
    expect(await world.timbre.stop()).toBe(0)
    const sent = world.receiver.count
    await world.timbre.start()
    await until(
      async () => (await world.client.deliveries.list({ status: 'success', limit: 250 })).data.length,
      (count) => count === 200,
    )
    expect(sent).toBeLessThan(200)
    expect(world.receiver.count).toBe(200)
  })

  test('does not reach an address that is not allowed', async () => {
    world = await makeWorld({ ...THREADS, TIMBRE_DEV: '0', TIMBRE_RETRY_SCHEDULE: '0' })
    const webhook = await world.client.webhooks.create({ url: world.receiver.url('/', hostname()) })
    const result = await world.client.webhooks.test(webhook.id, { eventKey: 'call.error' })
    expect(result.attempt.outcome).toBe('blocked_address')
    expect(world.receiver.connections).toBe(0)
  })
})
