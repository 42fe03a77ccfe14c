// Owns the attack of receivers that hold every socket there is: who waits for one has made no attempt, and is sent to in the end.
// Must never reach beyond 127.0.0.1.
import { execFileSync, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import type { DeliverySummary } from '@getsupervisor/agents-studio-sdk'
import { afterEach, expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import { makeWorld, type World } from '../world.ts'
import { load } from './load.ts'

let world: World
afterEach(() => world?.end())

test('receivers that hold all sockets make nobody else’s attempts fail', async () => {
  // An origin that does not answer gets 32 at most: far more than there are sockets, so that some wait past the time of an attempt.
  const sockets = 4
  let isHeld = true
  world = await makeWorld(
    {
      TIMBRE_MAX_SOCKETS: String(sockets),
      TIMBRE_TIMEOUT_MS: '1000',
      TIMBRE_RETRY_SCHEDULE: '0,1,1,1,1,1,1,1,1,1,1,1',
    },
    ({ path }) => (path !== '/honest' && isHeld ? { hang: true } : { body: 'ok' }),
  )
  const holding = await Promise.all(Array.from({ length: load(4, 24) }, (_, nth) => world.subscribe(`/hold-${nth}`)))
  await Promise.all(Array.from({ length: 4 }, () => world.publish()))
  await world.receiver.waitFor(sockets)
  const honest = await world.subscribe('/honest', 'call.error')
  await world.client.events.publish({ type: 'call.error', data: { call_id: 'c', error_code: 'x' } })
  // It is not told how long: it may get a socket in between, or wait past the time of an attempt.
  const metrics = async () => (await fetch(`${world.timbre.address}/metrics`)).text()
  await until(metrics, (text) => /timbre_requests_unsent_total [1-9]/.test(text))
  isHeld = false
  for (const webhook of [honest, ...holding]) {
    const { data } = await until(
      () => world.client.webhooks.listDeliveries(webhook.id, { limit: 250 }),
      (page) => page.data.length > 0 && page.data.every(({ status }) => status === 'success'),
      60_000,
    )
    if (webhook === honest) await expectReached(honest.id, data)
  }
  expect(await world.client.webhooks.get(honest.id)).toMatchObject({ successCount: 1, failureCount: 0 })
  expect(world.timbre.output.match(/could not be sent because of this machine/g)?.length).toBe(1)
})

/** Every attempt that was counted had a connection to the receiver. On a busy machine one of them may have timed out. */
async function expectReached(webhookId: string, deliveries: readonly DeliverySummary[]): Promise<void> {
  for (const { id } of deliveries) {
    const { data } = await world.client.webhooks.listAttempts(webhookId, id)
    for (const { remoteAddress } of data) expect(remoteAddress).not.toBeNull()
  }
}

const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0
if (!hasPrlimit)
  process.stdout.write('skipped: a process without descriptors, because there is no prlimit (util-linux) here\n')

test.runIf(hasPrlimit)(
  'a process without a free descriptor goes on, and counts no attempt for what it could not send',
  async () => {
    const events = load(20, 200)
    world = await makeWorld({
      TIMBRE_TIMEOUT_MS: '1000',
      TIMBRE_MAX_SOCKETS: '1000',
      TIMBRE_RETRY_SCHEDULE: '0,1,1,1,1,1,1,1,1,1',
    })
    const webhook = await world.subscribe()
    const limit = (files: number) => execFileSync('prlimit', ['--pid', String(world.timbre.pid), `--nofile=${files}:`])
    // Those that are open stay open; a new one would need a number below this, and all of those are taken.
    limit(8)
    await world.client.events.publishBatch(
      Array.from({ length: events }, () => ({ type: 'call.completed', data: { call_id: randomUUID() } })),
    )
    await until(
      async () => world.timbre.output,
      (output) => output.includes('could not be sent because of this machine'),
    )
    expect(world.receiver.count).toBe(0)
    limit(1024)
    await world.receiver.waitFor(events, 60_000)
    await until(
      () => world.client.webhooks.get(webhook.id),
      ({ successCount }) => successCount === events,
    )
    const { data } = await world.client.webhooks.listDeliveries(webhook.id, { limit: 250 })
    expect(data.length).toBe(events)
    await expectReached(webhook.id, data)
    expect(world.timbre.output).toContain('EMFILE')
  },
)
