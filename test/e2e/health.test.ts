import { afterEach, describe, expect, test } from 'vitest'
import type { ReceivedRequest } from '../support/receiver.ts'
import { until } from '../support/until.ts'
import { makeWorld, type World } from './world.ts'

let world: World
afterEach(() => world.end())

const RETRIES = Array.from({ length: 20 }, () => '0.4').join(',')
const SETTINGS = { TIMBRE_RETRY_SCHEDULE: `0,${RETRIES}`, TIMBRE_RETRY_JITTER: '0' }

/** What the workspace's own listener at /ops was told: type and data of each operational event, in the order they came. */
function told(requests: readonly ReceivedRequest[]): { type: string; data: Record<string, unknown> }[] {
  return requests.filter(({ path }) => path === '/ops').map(({ body }) => JSON.parse(body.toString()))
}

async function listen(...eventKeys: readonly string[]): Promise<void> {
  const listener = await world.client.webhooks.create({ url: world.receiver.url('/ops') })
  for (const eventKey of eventKeys) await world.client.webhooks.createSubscription(listener.id, { eventKey })
}

describe('a webhook that keeps failing', () => {
  test('is warned about at 50, 70 and 90 % of the limit and disabled at 100 %, and the log says who did it', async () => {
    world = await makeWorld({ ...SETTINGS, TIMBRE_DISABLE_AFTER_HOURS: String(4 / 3600) }, ({ path }) => ({
      status: path === '/ops' ? 200 : 503,
    }))
    await listen('webhook.failing', 'webhook.disabled')
    const webhook = await world.subscribe('/down')
    await world.publish()
    await world.receiver.waitFor((requests) => told(requests).some(({ type }) => type === 'webhook.disabled'), 20_000)
    const events = told(world.receiver.requests)
    expect(events.map(({ type, data }) => [type, data['failing_percent']])).toEqual([
      ['webhook.failing', 50],
      ['webhook.failing', 70],
      ['webhook.failing', 90],
      ['webhook.disabled', 100],
    ])
    expect(events.every(({ data }) => data['webhook_id'] === webhook.id)).toBe(true)
    expect(await world.client.webhooks.get(webhook.id)).toMatchObject({ isActive: false, disabledReason: 'failing' })
    const { data } = await world.timbre.client({ apiKey: world.timbre.adminKey }).auditLog.list()
    expect(data[0]).toMatchObject({ action: 'webhook.disabled', actor: 'service', targetId: webhook.id })
  })

  test('is said to have recovered when a delivery succeeds after a warning', async () => {
    let isDown = true
    world = await makeWorld({ ...SETTINGS, TIMBRE_DISABLE_AFTER_HOURS: String(60 / 3600) }, ({ path }) => ({
      status: path === '/ops' || !isDown ? 200 : 503,
    }))
    await listen('webhook.failing', 'webhook.recovered')
    const webhook = await world.subscribe('/down')
    await world.publish()
    await world.receiver.waitFor(2)
    // An outage of half a minute, without waiting for it: the stored beginning of the failures is the only thing moved.
    await world.timbre.stop()
    await moveFailingSince(webhook.id, -40_000)
    await world.timbre.start()
    await world.receiver.waitFor((requests) => told(requests).some(({ type }) => type === 'webhook.failing'), 20_000)
    isDown = false
    await world.receiver.waitFor((requests) => told(requests).some(({ type }) => type === 'webhook.recovered'), 20_000)
    expect(await world.client.webhooks.get(webhook.id)).toMatchObject({ isActive: true, disabledReason: null })
  })

  test('tells that a delivery has used up its schedule', async () => {
    world = await makeWorld({ TIMBRE_RETRY_SCHEDULE: '0,0.2' }, ({ path }) => ({ status: path === '/ops' ? 200 : 500 }))
    await listen('delivery.exhausted')
    const webhook = await world.subscribe('/down')
    const id = await world.publish()
    await world.receiver.waitFor((requests) => told(requests).length === 1)
    expect(told(world.receiver.requests)[0]?.data).toMatchObject({
      event_id: id,
      webhook_id: webhook.id,
      attempts: 2,
      event_key: 'call.completed',
    })
    await until(
      () => world.client.webhooks.get(webhook.id),
      ({ failureCount }) => failureCount === 1,
    )
  })
})

async function moveFailingSince(webhookId: string, byMs: number): Promise<void> {
  await world.sql(`UPDATE webhooks SET failing_since = failing_since + ${byMs} WHERE id = '${webhookId}'`)
}
