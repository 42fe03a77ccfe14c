import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Client, createClient } from '@getsupervisor/agents-studio-sdk'
import { EventSource } from 'eventsource'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { until } from '../support/until.ts'
import { failingOnce, StreamConsumer } from './stream-consumer.ts'
import { makeWorld, type World } from './world.ts'

let world: World
/** Where the consumers think the server is. */
let proxy: TcpProxy
let consumers: StreamConsumer[]
beforeEach(async () => {
  consumers = []
  const settings = { TIMBRE_RETRY_SCHEDULE: '0,1,1,1', TIMBRE_RETRY_JITTER: '0' }
  world = await makeWorld(settings, failingOnce())
  proxy = await new TcpProxy(Number(new URL(world.timbre.address).port)).start()
})
afterEach(async () => {
  for (const consumer of consumers) consumer.stop()
  await proxy.stop()
  await world.end()
})

function behindProxy(): Client {
  const { workspaceId, apiKey } = world.timbre
  return createClient({ baseUrl: `http://127.0.0.1:${proxy.port}`, workspaceId, apiKey })
}

async function consumer(): Promise<StreamConsumer> {
  const made = await StreamConsumer.start(behindProxy())
  consumers.push(made)
  return made
}

/** Until all are acknowledged, whatever becomes of the server meanwhile. */
async function publishThrough(count: number): Promise<void> {
  for (let nth = 0; nth < count; nth++) {
    const event = { type: 'call.completed', id: `evt_${nth}`, data: { call_id: `call-${nth}` } } as const
    await until(
      () =>
        world.client.events.publish(event, { timeoutMs: 2000 }).then(
          () => true,
          () => false,
        ),
      (isAccepted) => isAccepted,
      60_000,
    )
  }
}

test('a consumer whose server is killed twice while it streams has each change of every delivery once', async () => {
  await world.subscribe()
  const [first, second] = [await consumer(), await consumer()]
  const publishing = publishThrough(300)
  for (const share of [60, 180]) {
    await until(
      async () => first.count,
      (count) => count >= share,
      60_000,
    )
    await world.timbre.kill()
    await world.timbre.start()
    proxy.target = Number(new URL(world.timbre.address).port)
  }
  await publishing
  for (const one of [first, second]) await one.hasEverything(world.client, 300)
  expect(first.breaks).toBeGreaterThanOrEqual(2)
})

test('a server that is killed twice while one streams and another pulls: every event comes to each of them once', async () => {
  const { id } = await world.client.webhooks.create({ kind: 'pull', eventKeys: ['call.completed'] })
  const streaming = await consumer()
  const pulled: string[] = []
  const stop = new AbortController()
  const pulling = (async () => {
    for await (const { body } of behindProxy().webhooks.pull(id, { max: 8, signal: stop.signal }))
      pulled.push(JSON.parse(body).id)
  })()
  const publishing = publishThrough(300)
  for (const share of [60, 180]) {
    await until(
      async () => pulled.length,
      (count) => count >= share,
      60_000,
    )
    await world.timbre.kill()
    await world.timbre.start()
    proxy.target = Number(new URL(world.timbre.address).port)
  }
  await publishing
  await streaming.hasEverything(world.client, 300)
  stop.abort()
  await pulling
  expect(pulled.toSorted()).toEqual(Array.from({ length: 300 }, (_, nth) => `evt_${nth}`).toSorted())
  expect(streaming.breaks).toBeGreaterThanOrEqual(2)
})

test('a consumer whose connections are reset again and again, by nobody who tells it, misses and repeats nothing', async () => {
  await world.subscribe()
  const one = await consumer()
  const publishing = publishThrough(200)
  for (let round = 1; round <= 8; round++) {
    await until(
      async () => one.count,
      (count) => count >= round * 20,
      60_000,
    )
    proxy.cut()
  }
  await publishing
  await one.hasEverything(world.client, 200)
})

test('the package eventsource reads it as it is, and goes on after a break', async () => {
  await world.subscribe()
  const { workspaceId, apiKey } = world.timbre
  const source = new EventSource(`http://127.0.0.1:${proxy.port}/v1/deliveries/stream`, {
    fetch: (input, init) =>
      fetch(input, { ...init, headers: { ...init.headers, 'x-api-key': apiKey, 'x-workspace-id': workspaceId } }),
  })
  const seen: string[] = []
  source.addEventListener('delivery', ({ data }) => {
    const { eventId, status } = JSON.parse(data)
    seen.push(`${eventId} ${status}`)
  })
  try {
    await once(source as never, 'open')
    const before = await world.publish()
    await until(
      async () => seen.length,
      (count) => count >= 2,
    )
    proxy.cut()
    const after = await world.publish()
    await until(
      async () => seen.length,
      (count) => count >= 4,
    )
    expect(seen).toEqual([before, after].flatMap((id) => [`${id} sending`, `${id} success`]))
  } finally {
    source.close()
  }
})

test('curl -N shows frames as they come', async () => {
  await world.subscribe()
  const { workspaceId, apiKey, address } = world.timbre
  const url = `${address}/v1/deliveries/stream`
  const curl = spawn('curl', ['-sN', url, '-H', `x-api-key: ${apiKey}`, '-H', `x-workspace-id: ${workspaceId}`])
  let text = ''
  curl.stdout.on('data', (chunk) => (text += chunk))
  try {
    await until(
      async () => text,
      (so_far) => /^retry: \d+\nid: \S+\n\n/.test(so_far),
    )
    const eventId = await world.publish()
    await until(
      async () => text,
      (so_far) => so_far.includes(`"eventId":"${eventId}"`) && so_far.includes('"status":"success"'),
    )
  } finally {
    curl.kill()
    await once(curl, 'exit')
  }
})

test('SIGTERM ends streams at once, with a hint when to come again', async () => {
  const { workspaceId, apiKey, address } = world.timbre
  const credentials = { 'x-api-key': apiKey, 'x-workspace-id': workspaceId }
  const response = await fetch(`${address}/v1/deliveries/stream`, { headers: credentials })
  const one = await consumer()
  expect(await world.timbre.stop()).toBe(0)
  expect(await response.text()).toMatch(/\nretry: \d+\n\n$/)
  await world.timbre.start()
  proxy.target = Number(new URL(world.timbre.address).port)
  await world.subscribe()
  await publishThrough(3)
  await one.hasEverything(world.client, 3)
})
