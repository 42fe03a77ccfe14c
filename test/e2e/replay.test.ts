import { verifySignature } from '@getsupervisor/agents-studio-sdk/receiver'
import { afterEach, describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { makeWorld, type World } from './world.ts'

let world: World
afterEach(() => world.end())

const HOUR_MS = 3_600_000
const lastHour = () => ({
  since: new Date(Date.now() - HOUR_MS).toISOString(),
  until: new Date(Date.now() + HOUR_MS).toISOString(),
})

/** Publishes so many events and gives their ids. */
async function publish(count: number): Promise<string[]> {
  const ids: string[] = []
  while (ids.length < count) {
    const size = Math.min(count - ids.length, 1000)
    const events = Array.from({ length: size }, (_, nth) => {
      return { type: 'call.completed', data: { call_id: `call-${ids.length + nth}` } } as const
    })
    ids.push(...(await world.client.events.publishBatch(events)).map(({ id }) => id))
  }
  return ids
}

/** A webhook that was off while so many events were published, and is on again. */
async function missed(count: number): Promise<{ webhookId: string; ids: string[] }> {
  const { id: webhookId } = await world.subscribe()
  await world.client.webhooks.update(webhookId, { isActive: false })
  const ids = await publish(count)
  await world.client.webhooks.update(webhookId, { isActive: true })
  return { webhookId, ids }
}

const receivedIds = () => world.receiver.requests.map(({ headers }) => String(headers['webhook-id']))

const ended = (webhookId: string, replayId: string, timeoutMs = 60_000) =>
  until(
    () => world.client.webhooks.getReplay(webhookId, replayId),
    ({ status }) => status !== 'running',
    timeoutMs,
  )

describe('a replay of what is missing', () => {
  test('sends the 50 events that were published while the webhook was off, once each, signed, and counts first', async () => {
    world = await makeWorld({ TIMBRE_LOG_LEVEL: 'info' })
    const { webhookId, ids } = await missed(50)
    const asked = { ...lastHour(), only: 'missing' } as const
    const dry = await world.client.webhooks.createReplay(webhookId, { ...asked, dryRun: true })
    expect(dry).toMatchObject({ dryRun: true, status: 'finished', matched: 50, matchedIsExact: true, queued: 0 })
    expect(world.receiver.count).toBe(0)

    const replay = await world.client.webhooks.createReplay(webhookId, asked)
    expect(replay).toMatchObject({ status: 'running', matched: 50, matchedIsExact: true })
    await world.receiver.waitFor(50)
    expect(await ended(webhookId, replay.id)).toMatchObject({ status: 'finished', matched: 50, queued: 50 })
    for (const line of ['a replay begins', 'a replay has ended'])
      expect(world.timbre.output).toMatch(new RegExp(`${replay.id}.*${line}`))
    await until(
      async () => (await world.client.deliveries.list({ status: 'success', limit: 250 })).data.length,
      (count) => count === 50,
    )
    expect(receivedIds().sort()).toEqual([...ids].sort())
    const { secret } = await world.client.webhooks.getSecret(webhookId)
    for (const { body, headers } of world.receiver.requests) await verifySignature(body, headers, secret)
    const [delivery] = (await world.client.webhooks.listDeliveries(webhookId)).data
    const [attempt] = (await world.client.webhooks.listAttempts(webhookId, delivery?.id ?? '')).data
    expect(attempt).toMatchObject({ number: 1, trigger: 'replay', outcome: 'answered' })

    const again = await world.client.webhooks.createReplay(webhookId, asked)
    expect(await ended(webhookId, again.id)).toMatchObject({ status: 'finished', matched: 0, queued: 0 })
    expect(world.receiver.count).toBe(50)
  })

  test('goes on after the process was killed in the middle of it, and every event arrives', async () => {
    world = await makeWorld({}, () => ({ delayMs: 5 }))
    const { webhookId, ids } = await missed(3000)
    const replay = await world.client.webhooks.createReplay(webhookId, { ...lastHour(), only: 'missing' })
    expect(replay.matched).toBe(3000)
    await world.receiver.waitFor(1000, 60_000)
    await world.timbre.kill()
    const before = world.receiver.count
    expect(before).toBeLessThan(3000)

    await world.timbre.start()
    expect(await ended(webhookId, replay.id)).toMatchObject({ status: 'finished', matched: 3000, queued: 3000 })
    await world.receiver.waitFor(() => new Set(receivedIds()).size === ids.length, 60_000)
    expect(new Set(receivedIds())).toEqual(new Set(ids))
    const duplicates = world.receiver.count - ids.length
    console.log(`killed after ${before} of 3,000: lost 0, sent twice ${duplicates}`)
    // Only what was sent but not yet recorded may come twice: at most what a replay may have ahead, and one batch of slots.
    expect(duplicates).toBeLessThanOrEqual(100)
  })
})

describe('a replay that is running', () => {
  test('lets what is published meanwhile go first', async () => {
    world = await makeWorld({}, () => ({ delayMs: 20 }))
    const { webhookId } = await missed(2000)
    const replay = await world.client.webhooks.createReplay(webhookId, { ...lastHour(), only: 'missing' })
    await world.receiver.waitFor(200)
    const live = await publish(20)
    const publishedAt = world.receiver.count
    await world.receiver.waitFor(() => live.every((id) => receivedIds().includes(id)))
    const overtook = world.receiver.count - publishedAt
    // The 20 themselves, and what was in flight: 16 before and 16 beside them. The other 1,700 are still to come.
    expect(overtook).toBeLessThan(20 + 64)
    expect((await world.client.webhooks.getReplay(webhookId, replay.id)).status).toBe('running')
  })

  test('stops when it is cancelled, and sends what it had queued', async () => {
    world = await makeWorld({}, () => ({ delayMs: 20 }))
    const { webhookId } = await missed(2000)
    const { id } = await world.client.webhooks.createReplay(webhookId, { ...lastHour(), only: 'missing' })
    await world.receiver.waitFor(100)
    await world.client.webhooks.cancelReplay(webhookId, id)
    const cancelled = await world.client.webhooks.getReplay(webhookId, id)
    expect(cancelled.status).toBe('cancelled')
    expect(cancelled.queued).toBeLessThan(2000)
    await world.receiver.waitFor(cancelled.queued)
    await until(
      async () => (await world.client.deliveries.list({ status: 'success', limit: 1 })).data.length,
      (count) => count > 0,
    )
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(world.receiver.count).toBe(cancelled.queued)
    const { data } = await world.client.webhooks.listReplays(webhookId)
    expect(data).toEqual([cancelled])
  })
})

test('a replay of what failed sends exactly the deliveries that were given up', async () => {
  let isBroken = true
  world = await makeWorld({ TIMBRE_RETRY_SCHEDULE: '0' }, () => ({ status: isBroken ? 500 : 200 }))
  const { id: webhookId } = await world.subscribe()
  const failed = await publish(10)
  await until(
    async () => (await world.client.deliveries.list({ status: 'failed', limit: 50 })).data.length,
    (count) => count === 10,
  )
  isBroken = false
  await publish(5)
  await world.receiver.waitFor(15)
  world.receiver.clear()
  const replay = await world.client.webhooks.createReplay(webhookId, { ...lastHour(), only: 'failed' })
  expect(replay.matched).toBe(10)
  await world.receiver.waitFor(10)
  expect(receivedIds().sort()).toEqual(failed.sort())
  const counters = until(
    () => world.client.webhooks.get(webhookId),
    ({ successCount }) => successCount === 15,
  )
  expect(await counters).toMatchObject({ failureCount: 0 })
})
