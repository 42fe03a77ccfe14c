// Owns the one guarantee of a stop that takes 20 seconds to see: apart, so that it is not waited for once for each backend.
import { afterEach, expect, test } from 'vitest'
import { makeWorld, type World } from './world.ts'

let world: World
afterEach(() => world.end())

test('a stop cuts off a receiver that hangs after 20 seconds at the latest and delivers after the restart', async () => {
  let isHanging = true
  world = await makeWorld({ TIMBRE_TIMEOUT_MS: '60000', TIMBRE_CONNECT_TIMEOUT_MS: '5000' }, () => ({
    hang: isHanging,
  }))
  await world.subscribe()
  const id = await world.publish()
  await world.receiver.waitFor(1)
  const startedAt = Date.now()
  expect(await world.timbre.stop()).toBe(0)
  expect(Date.now() - startedAt).toBeLessThan(23_000)
  isHanging = false
  await world.timbre.start()
  await world.receiver.waitFor(2)
  const ids = world.receiver.requests.map(({ headers }) => headers['webhook-id'])
  expect(ids).toEqual([id, id])
})
