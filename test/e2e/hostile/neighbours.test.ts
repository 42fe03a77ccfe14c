// Tenants beside each other: one has a hundred receivers that hang, and large events for all of them.
import { randomUUID } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { Receiver } from '../../support/receiver.ts'
import { until } from '../../support/until.ts'
import { makeWorld, type World } from '../world.ts'
import { load } from './load.ts'
import { metric, neighbourOf } from './two-workspaces.ts'

let world: World
let hanging: Receiver
afterEach(async () => {
  await world.end()
  await hanging.stop()
})

const WEBHOOKS = load(25, 100)
const HONEST = load(10, 50)
/** Longer than the test waits for anything: who has to wait for a receiver that hangs, waits too long. */
const TIMEOUT_MS = 60_000
const MIB = 1024 * 1024

test.each([
  ['of 200 KB', 12, 200_000],
  ['of 12 KB', load(30, 90), 12_000],
])('events %s to receivers that hang do not hold up another tenant', async (_, events, bytes) => {
  world = await makeWorld({ TIMBRE_TIMEOUT_MS: String(TIMEOUT_MS) })
  hanging = await new Receiver({ script: () => ({ hang: true }) }).start()
  const { client, receiver } = world
  await client.eventTypes.create({ key: 'a.large', schema: {} })
  for (let nth = 0; nth < WEBHOOKS; nth++) {
    const webhook = await client.webhooks.create({ url: hanging.url(`/${nth}`) })
    await client.webhooks.createSubscription(webhook.id, { eventKey: 'a.large' })
  }
  const honest = await neighbourOf(world)
  const own = await honest.webhooks.create({ url: receiver.url('/honest') })
  await honest.webhooks.createSubscription(own.id, { eventKey: 'call.completed' })

  for (let nth = 0; nth < events; nth++)
    await client.events.publish({ type: 'a.large', data: { text: 'x'.repeat(bytes) } })
  await hanging.waitFor((requests) => requests.length >= WEBHOOKS / 2)

  for (let nth = 0; nth < HONEST; nth++) {
    const { id } = await honest.events.publish({ type: 'call.completed', data: { call_id: randomUUID() } })
    await receiver.waitFor((requests) => requests.some(({ headers }) => headers['webhook-id'] === id))
  }
  // None of them waited for an end of the attack: nothing of it has ended.
  expect(await metric(world, 'timbre_attempts_in_flight')).toBeGreaterThanOrEqual(WEBHOOKS / 2)
  expect(await metric(world, 'timbre_delivery_body_bytes')).toBeLessThan(96 * MIB)
  expect(await metric(world, 'process_resident_memory_bytes')).toBeLessThan(450e6)
})

test('a tenant whose one receiver hangs with large events delivers to its others, small and large', async () => {
  world = await makeWorld({ TIMBRE_TIMEOUT_MS: String(TIMEOUT_MS) })
  hanging = await new Receiver({ script: () => ({ hang: true }) }).start()
  const { client, receiver } = world
  await client.eventTypes.create({ key: 'a.large', schema: {} })
  for (const url of [hanging.url('/hangs'), receiver.url('/well')]) {
    const webhook = await client.webhooks.create({ url })
    await client.webhooks.createSubscription(webhook.id, { eventKey: 'a.large' })
  }
  const count = load(30, 200)
  for (let nth = 0; nth < count; nth++)
    await client.events.publish({ type: 'a.large', data: { nth, text: 'x'.repeat(nth % 2 === 0 ? 200_000 : 10) } })
  await receiver.waitFor(count)
  const bodies = receiver.requests.map(
    ({ body }) => (JSON.parse(body.toString()) as { data: { nth: number } }).data.nth,
  )
  expect(new Set(bodies).size).toBe(count)
})

test('after the attack everything that was held is delivered, with the bodies that were published', async () => {
  world = await makeWorld({ TIMBRE_TIMEOUT_MS: '1500', TIMBRE_RETRY_SCHEDULE: `0${',0.2'.repeat(30)}` })
  hanging = await new Receiver({ script: () => ({ hang: true }) }).start()
  const { client } = world
  await client.eventTypes.create({ key: 'a.large', schema: {} })
  const webhooks = 4
  for (let nth = 0; nth < webhooks; nth++) {
    const webhook = await client.webhooks.create({ url: hanging.url(`/${nth}`) })
    await client.webhooks.createSubscription(webhook.id, { eventKey: 'a.large' })
  }
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
