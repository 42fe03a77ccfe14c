// Timbre as a weapon: a tenant points many webhooks at a host that never agreed to be sent anything.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import { makeWorld, type World } from '../world.ts'
import { load } from './load.ts'
import { neighbourOf } from './two-workspaces.ts'

let world: World
afterEach(() => world.end())

const WEBHOOKS = load(12, 100)
const EVENTS = load(10, 50)
const ATTACK_MS = load(1000, 15_000)
/** One for each webhook that has not failed yet, and those in flight meanwhile; then 20 a second at most. */
const REQUESTS_MAX = 2 * WEBHOOKS + 64 + 32 + (ATTACK_MS / 1000) * 20

test('a host that never answers 2xx gets a trickle of requests, other tenants of it go on, and all is delivered once it does', async () => {
  let isReady = false
  world = await makeWorld({ TIMBRE_RETRY_SCHEDULE: `0${',0'.repeat(19)}` }, ({ path }) => ({
    status: isReady || path === '/honest' ? 200 : 404,
  }))
  const { client, receiver } = world
  await client.eventTypes.create({ key: 'a.weapon', schema: {} })
  for (let nth = 0; nth < WEBHOOKS; nth++) {
    const webhook = await client.webhooks.create({ url: receiver.url(`/${nth}`) })
    await client.webhooks.createSubscription(webhook.id, { eventKey: 'a.weapon' })
  }
  const honest = await neighbourOf(world)
  const own = await honest.webhooks.create({ url: receiver.url('/honest') })
  await honest.webhooks.createSubscription(own.id, { eventKey: 'call.completed' })

  const data = { text: 'x'.repeat(1900) }
  await client.events.publishBatch(Array.from({ length: EVENTS }, () => ({ type: 'a.weapon', data }) as const))
  await sleep(ATTACK_MS)
  const attacked = receiver.requests.length
  expect(attacked).toBeGreaterThanOrEqual(WEBHOOKS)
  expect(attacked).toBeLessThanOrEqual(REQUESTS_MAX)
  expect(receiver.connections).toBeLessThanOrEqual(64)

  const calls = Array.from({ length: load(20, 200) }, () => randomUUID())
  await honest.events.publishBatch(calls.map((call_id) => ({ type: 'call.completed', data: { call_id } }) as const))
  await receiver.waitFor((requests) => requests.filter(({ path }) => path === '/honest').length === calls.length)

  isReady = true
  const page = async () => client.deliveries.list({ status: 'success', limit: 250 })
  await until(page, ({ data }) => data.length === Math.min(WEBHOOKS * EVENTS, 250), 30_000)
})

test('retries closer than five seconds are refused where it is not development', async () => {
  world = await makeWorld({ TIMBRE_DEV: '0' })
  const create = (retrySchedule: number[]) =>
    world.client.webhooks.create({ url: 'https://example.com/', retrySchedule })
  await expect(create(Array(20).fill(0))).rejects.toMatchObject({ status: 400, code: 'INVALID_INPUT' })
  expect((await create([0, 5, 60])).retrySchedule).toEqual([0, 5, 60])
})
