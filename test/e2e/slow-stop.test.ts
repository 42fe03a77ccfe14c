// Owns the one guarantee of a stop that takes 16 seconds to see: apart, so that it is not waited for once for each backend.
import { afterEach, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { makeWorld, type World } from './world.ts'

let world: World
afterEach(() => world.end())

test('a stop begins nothing, refuses with 503, cuts off a receiver that hangs and delivers after the restart', async () => {
  let isHanging = true
  const settings = {
    TIMBRE_TIMEOUT_MS: '60000',
    TIMBRE_CONNECT_TIMEOUT_MS: '5000',
    TIMBRE_MAX_IN_FLIGHT_PER_WEBHOOK: '1',
  }
  world = await makeWorld(settings, () => ({ hang: isHanging }))
  await world.subscribe()
  const ids = [await world.publish(), await world.publish()]
  await world.receiver.waitFor(1)
  // 0 says that it took less than the 20 s after which the process cuts itself short.
  const stopped = world.timbre.stop()
  const { address } = world.timbre
  const ready = await until(
    () => fetch(`${address}/health/ready`),
    ({ status }) => status !== 200,
  )
  expect(ready.status).toBe(503)
  expect(await ready.json()).toMatchObject({ code: 'NOT_READY', details: { status: 'stopping' } })
  await expect(world.publish()).rejects.toMatchObject({ status: 503 })
  expect((await fetch(`${address}/health/live`)).status).toBe(200)
  expect(await stopped).toBe(0)
  expect(world.receiver.requests).toHaveLength(1)
  isHanging = false
  await world.timbre.start()
  await world.receiver.waitFor(3)
  const [first, ...others] = world.receiver.requests.map(({ headers }) => headers['webhook-id'])
  expect(first).toBe(ids[0])
  expect(new Set(others)).toEqual(new Set(ids))
})
