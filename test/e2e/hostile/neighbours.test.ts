// Tenants beside each other: one has a hundred receivers that hang, and large events for all of them.
import { randomUUID } from 'node:crypto'
import { type Client, RateLimitError } from '@getsupervisor/agents-studio-sdk'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Receiver } from '../../support/receiver.ts'
import { until } from '../../support/until.ts'
import { makeWorld, type World } from '../world.ts'
import { load } from './load.ts'
import { metric, neighbourOf } from './two-workspaces.ts'

let hanging: Receiver
afterEach(() => hanging.stop())

const WEBHOOKS = load(25, 100)
/** So many of the attacker’s attempts hang at once: of webhooks that have not succeeded yet, no more than 32 do at one origin. */
const HANGING = load(12, 32)
const HONEST = load(4, 50)
/** Longer than the test waits for anything: who has to wait for a receiver that hangs, waits too long. */
const TIMEOUT_MS = 60_000
const MIB = 1024 * 1024

/** The receivers of an event type. */
async function subscribe(client: Client, eventKey: string, urls: readonly string[]): Promise<void> {
  await client.eventTypes.create({ key: eventKey, schema: {} })
  const make = async (url: string) => {
    const webhook = await client.webhooks.create({ url })
    await client.webhooks.createSubscription(webhook.id, { eventKey })
  }
  await Promise.all(urls.map(make))
}

describe('beside a tenant whose receivers hang', () => {
  let world: World
  beforeAll(async () => {
    world = await makeWorld({ TIMBRE_TIMEOUT_MS: String(TIMEOUT_MS) })
  })
  afterAll(() => world.end())

  test.each([
    ['200', 12, 200_000],
    ['12', load(30, 90), 12_000],
  ])('events of %s KB do not hold up another', async (size, events, bytes) => {
    const { receiver } = world
    const client = await neighbourOf(world)
    const type = `a.large${size}`
    hanging = await new Receiver({ script: () => ({ hang: true }) }).start()
    const urls = Array.from({ length: WEBHOOKS }, (_, nth) => hanging.url(`/${nth}`))
    await subscribe(client, type, urls)
    const honest = await neighbourOf(world)
    const own = await honest.webhooks.create({ url: receiver.url('/honest') })
    await honest.webhooks.createSubscription(own.id, { eventKey: 'call.completed' })

    const data = { text: 'x'.repeat(bytes) }
    await Promise.all(Array.from({ length: events }, () => client.events.publish({ type, data })))
    await hanging.waitFor((requests) => requests.length >= HANGING)

    for (let nth = 0; nth < HONEST; nth++) {
      const { id } = await honest.events.publish({ type: 'call.completed', data: { call_id: randomUUID() } })
      await receiver.waitFor((requests) => requests.some(({ headers }) => headers['webhook-id'] === id))
    }
    // None of them waited for an end of the attack: nothing of it has ended.
    expect(await metric(world, 'timbre_attempts_in_flight')).toBeGreaterThanOrEqual(HANGING)
    expect(await metric(world, 'timbre_delivery_body_bytes')).toBeLessThan(96 * MIB)
    expect(await metric(world, 'process_resident_memory_bytes')).toBeLessThan(450e6)
  })

  test('its own other receivers get what is published, small and large', async () => {
    const { receiver } = world
    const client = await neighbourOf(world)
    hanging = await new Receiver({ script: () => ({ hang: true }) }).start()
    await subscribe(client, 'a.both', [hanging.url('/hangs'), receiver.url('/well')])
    const count = load(30, 200)
    const publish = (nth: number) =>
      client.events.publish({ type: 'a.both', data: { nth, text: 'x'.repeat(nth % 2 === 0 ? 200_000 : 10) } })
    for (let nth = 0; nth < count; nth += 5) await Promise.all([0, 1, 2, 3, 4].map((more) => publish(nth + more)))
    const atWell = () => receiver.requests.filter(({ path }) => path === '/well')
    await receiver.waitFor(() => atWell().length === count)
    const numbers = atWell().map(({ body }) => (JSON.parse(body.toString()) as { data: { nth: number } }).data.nth)
    expect(new Set(numbers).size).toBe(count)
  })
})

test('beside a tenant with large batches to many webhooks everybody else is admitted, and what is too large is refused whole', async () => {
  const world = await makeWorld()
  onTestFinished(() => world.end())
  const { client, receiver } = world
  hanging = await new Receiver({ script: () => ({ hang: true }) }).start()
  const urls = Array.from({ length: WEBHOOKS }, (_, nth) => hanging.url(`/${nth}`))
  await subscribe(client, 'a.wide', urls)
  const batch = (length: number) => Array.from({ length }, (_, nth) => ({ type: 'a.wide', data: { nth } }))
  const most = 10_000 / WEBHOOKS
  await expect(client.events.publishBatch(batch(most + 1))).rejects.toMatchObject({
    status: 413,
    code: 'TOO_MANY_DELIVERIES',
    details: { deliveries: (most + 1) * WEBHOOKS, limit: 10_000, eventsAtOnce: most },
  })
  expect((await client.events.list()).data).toEqual([])

  const honest = await neighbourOf(world)
  const own = await honest.webhooks.create({ url: receiver.url('/honest') })
  await honest.webhooks.createSubscription(own.id, { eventKey: 'call.completed' })
  let rest = load(8, 60)
  const attack = async () => {
    while (rest-- > 0) await publishUnlessRefused(client, batch(most))
  }
  const attacks = Promise.all([attack(), attack(), attack()])
  for (let nth = 0; nth < HONEST; nth++) {
    const { id } = await honest.events.publish({ type: 'call.completed', data: { call_id: randomUUID() } })
    await receiver.waitFor((requests) => requests.some(({ headers }) => headers['webhook-id'] === id))
  }
  await attacks
})

/** On a slow disk the attacker is told to come back later, and does not wait for it. */
async function publishUnlessRefused(
  client: Client,
  batch: Parameters<Client['events']['publishBatch']>[0],
): Promise<void> {
  await client.events.publishBatch(batch).catch((error: unknown) => {
    if (!(error instanceof RateLimitError)) throw error
  })
}

test('after the attack everything that was held is delivered, with the bodies that were published', async () => {
  const world = await makeWorld({ TIMBRE_TIMEOUT_MS: '800', TIMBRE_RETRY_SCHEDULE: `0${',0.2'.repeat(60)}` })
  onTestFinished(() => world.end())
  hanging = await new Receiver({ script: () => ({ hang: true }) }).start()
  const { client } = world
  const webhooks = load(2, 4)
  const urls = Array.from({ length: webhooks }, (_, nth) => hanging.url(`/${nth}`))
  await subscribe(client, 'a.large', urls)
  const texts = Array.from({ length: 20 }, (_, nth) => String(nth).repeat(50_000))
  for (const text of texts) await client.events.publish({ type: 'a.large', data: { text } })
  // What stalls lets go of its bodies: they are read again for the next attempts.
  await until(
    async () => metric(world, 'timbre_delivery_bodies_read_again_total'),
    (count) => count > 0,
  )
  hanging.answer({ status: 200 })
  const deliveries = () => client.deliveries.list({ status: 'success', limit: 250 })
  await until(
    async () => (await deliveries()).data.length,
    (count) => count === webhooks * texts.length,
    30_000,
  )
  const got = hanging.requests.map(({ body }) => (JSON.parse(body.toString()) as { data: { text: string } }).data.text)
  expect(new Set(got)).toEqual(new Set(texts))
})

test('beside a tenant with a hundred pull webhooks and as many polls as it may have, a consumer gets its own at once', async () => {
  const world = await makeWorld()
  onTestFinished(() => world.end())
  hanging = await new Receiver({ script: () => ({}) }).start()
  const attacker = await neighbourOf(world)
  await attacker.eventTypes.create({ key: 'a.pulled', schema: {} })
  const made = Array.from({ length: WEBHOOKS }, () =>
    attacker.webhooks.create({ kind: 'pull', eventKeys: ['a.pulled'] }),
  )
  const webhooks = await Promise.all(made)
  const isOver = new AbortController()
  const options = { signal: isOver.signal }
  const poll = async (nth: number) => {
    while (!isOver.signal.aborted) {
      const { id = '' } = webhooks[nth % webhooks.length] ?? {}
      await attacker.webhooks.pullDeliveries(id, { max: 100, waitSeconds: 5, leaseSeconds: 5 }, options).catch(() => {})
    }
  }
  const polls = Array.from({ length: 2 * WEBHOOKS + 60 }, (_, nth) => poll(nth))
  const publish = async () => {
    while (!isOver.signal.aborted)
      await attacker.events.publish({ type: 'a.pulled', data: { text: 'x'.repeat(20_000) } }, options).catch(() => {})
  }
  const publishing = [publish(), publish()]

  const honest = await neighbourOf(world)
  const own = await honest.webhooks.create({ kind: 'pull', eventKeys: ['call.completed'] })
  for (let nth = 0; nth < HONEST; nth++) {
    const waiting = honest.webhooks.pullDeliveries(own.id, { waitSeconds: 30 })
    const { id } = await honest.events.publish({ type: 'call.completed', data: { call_id: randomUUID() } })
    const { data } = await waiting
    expect(data.map(({ headers }) => headers['webhook-id'])).toEqual([id])
    const results = data.map(({ deliveryId, leaseToken }) => ({ deliveryId, leaseToken, status: 200 }))
    expect((await honest.webhooks.recordPullResults(own.id, results)).data[0]?.counted).toBe(true)
  }
  expect(await metric(world, 'process_resident_memory_bytes')).toBeLessThan(450e6)
  isOver.abort()
  await Promise.all([...polls, ...publishing])
})
