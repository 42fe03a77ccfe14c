import { afterEach, describe, expect, test } from 'vitest'
import { atLength } from '../support/at-length.ts'
import { backlogSql } from '../support/backlog.ts'
import { until } from '../support/until.ts'
import { makeWorld, type World } from './world.ts'

let world: World
afterEach(() => world.end())

const BACKLOG = atLength(20_000, 200_000)

describe('one webhook', () => {
  test.each(['hangs', 'answers at once'])(
    'with many deliveries due that %s holds up no other, nor start and stop',
    async (how) => {
      // Longer than is waited for any event: who had to wait for the receiver that hangs would come too late.
      world = await makeWorld({ TIMBRE_TIMEOUT_MS: '60000' }, ({ path }) => ({
        hang: path === '/busy' && how === 'hangs',
      }))
      const busy = await world.subscribe('/busy', 'call.error')
      await world.subscribe('/healthy')
      await world.timbre.stop()
      const { workspaceId } = world.timbre
      await world.sql(backlogSql(world.backend, { workspaceId, webhookId: busy.id, count: BACKLOG }))

      await world.timbre.start()
      await world.receiver.waitFor((requests) => requests.some(({ path }) => path === '/busy'))
      for (let nth = 0; nth < 10; nth++) {
        const id = await world.publish()
        await until(
          async () => world.receiver.requests.findLast(({ headers }) => headers['webhook-id'] === id),
          (request) => request !== undefined,
        )
      }
      const memory = await fetch(`${world.timbre.address}/metrics`).then((response) => response.text())
      expect(Number(/^process_resident_memory_bytes (\S+)/m.exec(memory)?.[1])).toBeLessThan(300e6)
    },
  )

  test('that is limited to 5 a second gets no more, and none of the waiting counts as an attempt', async () => {
    world = await makeWorld()
    const webhook = await world.subscribe()
    await world.client.webhooks.update(webhook.id, { rateLimitPerSecond: 5 })
    await Promise.all(Array.from({ length: 12 }, () => world.publish()))
    await world.receiver.waitFor(12)
    const { data } = await until(
      async () => world.client.webhooks.listDeliveries(webhook.id, { status: 'success' }),
      (page) => page.data.length === 12,
    )
    expect(data.every(({ attempts }) => attempts === 1)).toBe(true)
    // By the clock that gave the turns: on a busy machine requests may arrive together.
    const attempts = await Promise.all(data.map(({ id }) => world.client.webhooks.listAttempts(webhook.id, id)))
    const begun = attempts.flatMap((page) => page.data.map(({ startedAt }) => Date.parse(startedAt)))
    for (const at of begun)
      expect(begun.filter((other) => other >= at && other < at + 1000).length).toBeLessThanOrEqual(6)
  })

  test('that wants the order of each call gets it, although an earlier event fails first', async () => {
    const failed = new Set<string>()
    world = await makeWorld({ TIMBRE_RETRY_SCHEDULE: '0,0.3,0.3,0.3', TIMBRE_RETRY_JITTER: '0' }, ({ body }) => {
      const { id, data } = JSON.parse(body.toString()) as { id: string; data: { nth: number } }
      if (data.nth !== 2 || failed.has(id)) return {}
      failed.add(id)
      return { status: 500 }
    })
    const webhook = await world.subscribe()
    await world.client.webhooks.update(webhook.id, { ordering: 'call' })
    const events = [1, 2, 3, 4].flatMap((nth) =>
      ['a', 'b', 'c'].map((call_id) => ({ type: 'call.completed', data: { call_id, nth } }) as const),
    )
    await world.client.events.publishBatch(events)
    await world.receiver.waitFor(12 + 3)
    const got = world.receiver.requests.map(
      ({ body }) => (JSON.parse(body.toString()) as { data: { call_id: string; nth: number } }).data,
    )
    for (const call of ['a', 'b', 'c'])
      expect(got.filter(({ call_id }) => call_id === call).map(({ nth }) => nth)).toEqual([1, 2, 2, 3, 4])
  })
})
