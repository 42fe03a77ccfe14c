import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { clockAhead } from '../support/wrong-clock.ts'
import { makeWorld, type World } from './world.ts'

let world: World
afterEach(() => world.end())

const events = async () => (await world.client.events.list({ limit: 250 })).data
const succeeded = async () => (await world.client.deliveries.list({ status: 'success', limit: 250 })).data.length

/** Lets time pass, while the process is stopped. */
function age(days: number): Promise<void> {
  const table = world.backend === 'sqlite' ? 'event_rows' : 'events'
  return world.sql(`UPDATE ${table} SET accepted_at = accepted_at - ${days * 24 * 3600 * 1000}`)
}

describe('retention', () => {
  test('removes events of 30 days ago with their deliveries, keeps what is not delivered yet, and the counters', async () => {
    let isUp = true
    world = await makeWorld({}, () => ({ status: isUp ? 200 : 503 }))
    const webhook = await world.subscribe()
    const ids = await Promise.all(Array.from({ length: 20 }, () => world.publish()))
    await until(succeeded, (count) => count === ids.length)
    isUp = false
    const undelivered = await world.publish()
    await world.receiver.waitFor(ids.length + 1)
    await world.timbre.stop()
    await age(31)
    await world.timbre.start()
    await until(events, (rows) => rows.length === 1)
    expect((await events())[0]?.id).toBe(undelivered)
    expect(await succeeded()).toBe(0)
    expect((await world.client.webhooks.get(webhook.id)).successCount).toBe(ids.length)
    const metrics = await (await fetch(`${world.timbre.address}/metrics`)).text()
    expect(metrics).toContain(`timbre_events_pruned_total ${ids.length}`)
    isUp = true
    const young = await world.publish()
    await until(succeeded, (count) => count >= 1)
    expect((await events()).map(({ id }) => id)).toContain(young)
  })

  test("a workspace's own retention goes before the setting, and 0 keeps for ever", async () => {
    world = await makeWorld({ TIMBRE_RETENTION_DAYS: '1' })
    const { workspaceId, adminKey } = world.timbre
    await world.timbre.client({ apiKey: adminKey }).workspaces.update(workspaceId, { retentionDays: 0 })
    await world.publish()
    await world.timbre.stop()
    await age(5000)
    await world.timbre.start()
    // The sweep's first batch was asked for before this request, and the storage answers in order.
    expect(await events()).toHaveLength(1)
    await world.timbre.client({ apiKey: adminKey }).workspaces.update(workspaceId, { retentionDays: null })
    await world.timbre.stop()
    await world.timbre.start()
    await until(events, (rows) => rows.length === 0)
  })
})

test('a clock that is 40 days ahead at the start removes nothing', async () => {
  world = await makeWorld()
  await world.subscribe()
  const ids = await Promise.all(Array.from({ length: 5 }, () => world.publish()))
  await until(succeeded, (count) => count === ids.length)
  await world.timbre.stop()
  await world.timbre.start(clockAhead(40 * 24 * 3_600_000))
  // With PostgreSQL its clock decides, and there is nothing to wonder at.
  if (world.backend === 'sqlite') {
    await until(
      async () => world.timbre.output,
      (output) => output.includes('nothing is pruned for now'),
    )
  }
  expect(await events()).toHaveLength(ids.length)
})

test('a retention that makes no sense stops the start with a sentence', async () => {
  world = await makeWorld()
  await expect(makeWorld({ TIMBRE_RETENTION_DAYS: '-1' })).rejects.toThrow(/TIMBRE_RETENTION_DAYS is "-1", but must be/)
})

describe('erasing a call', () => {
  test('while it is being delivered: nothing of it is sent any more, and no file has its data', async () => {
    world = await makeWorld({ TIMBRE_MAX_IN_FLIGHT_PER_WEBHOOK: '1' }, () => ({ delayMs: 300 }))
    await world.subscribe()
    const callId = 'call-of-maria-4917'
    const data = { call_id: callId, transcript: `maria-says-${'x'.repeat(9000)}` }
    for (let nth = 0; nth < 20; nth++) await world.client.events.publish({ type: 'call.completed', data })
    await world.receiver.waitFor(1)
    const erased = await world.client.events.eraseCall(callId)
    expect(erased.events).toBe(20)
    expect(erased.deliveries).toBe(20)
    const underWay = world.receiver.count
    const next = await world.publish()
    await until(succeeded, (count) => count === 1)
    const sent = world.receiver.requests.map(({ headers }) => headers['webhook-id'])
    expect(sent.at(-1)).toBe(next)
    // At most the one that was under way when it was erased came in between.
    expect(sent.length).toBeLessThanOrEqual(underWay + 2)
    if (world.backend === 'postgres') return
    expect(readdirSync(world.timbre.dataDir)).toContain('timbre.db-wal')
    // A list that is being read at that moment keeps the log from being emptied: it is tried again each second.
    await until(filesWithData, (files) => files.length === 0)

    async function filesWithData(): Promise<string[]> {
      return readdirSync(world.timbre.dataDir).filter((file) => {
        const bytes = readFileSync(join(world.timbre.dataDir, file))
        return bytes.includes(callId) || bytes.includes('maria-says')
      })
    }
  })
})
