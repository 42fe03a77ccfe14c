// A tenant with a key at `/mcp`: floods, sessions that nobody ends, giant bodies, batches, clients that go away. It is one more door,
// and whoever publishes does not notice.
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import { makeWorld, type World } from '../world.ts'
import { load } from './load.ts'
import { processCost } from './process-cost.ts'
import { RawClient } from './raw-client.ts'
import { metric, neighbourOf } from './two-workspaces.ts'

const ACCEPT = 'application/json, text/event-stream'
const MEMORY_MIB_MAX = 120

let world: World
let neighbour: Awaited<ReturnType<typeof neighbourOf>>
let attacker: RawClient

beforeAll(async () => {
  world = await makeWorld({ TIMBRE_MCP: 'write' })
  neighbour = await neighbourOf(world)
  // What is loaded with the first message is no cost of an attack.
  expect(await post(call('list_events'))).toBe(200)
})
afterAll(() => world.end())
beforeEach(() => {
  attacker = new RawClient(world.timbre.address)
})
afterEach(() => attacker.close())

function call(name: string, input: object = {}): object {
  return { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } }
}

function headers(): Record<string, string> {
  const { apiKey, workspaceId } = world.timbre
  return {
    authorization: `Bearer ${apiKey}`,
    'x-workspace-id': workspaceId,
    'content-type': 'application/json',
    'x-timbre-allow-write': 'true',
    accept: ACCEPT,
  }
}

async function post(body: unknown): Promise<number> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await fetch(`${world.timbre.address}/mcp`, { method: 'POST', headers: headers(), body: text })
  await answer.text()
  return answer.status
}

function raw(body: string, length = body.length): string {
  const lines = Object.entries(headers()).map(([name, value]) => `${name}: ${value}`)
  return [`POST /mcp HTTP/1.1`, 'host: x', ...lines, `content-length: ${length}`, '', body].join('\r\n')
}

/** The neighbour publishes while the attack is under way, and is never refused. */
async function publishes(): Promise<void> {
  for (let nth = 0; nth < load(10, 50); nth++) {
    const data = { call_id: randomUUID() }
    expect((await neighbour.events.publish({ type: 'call.completed', data })).duplicate).toBe(false)
  }
}

async function within(attack: () => Promise<void>): Promise<void> {
  const before = processCost(world.timbre.pid)
  await attack()
  expect(processCost(world.timbre.pid).residentMib - before.residentMib).toBeLessThan(MEMORY_MIB_MAX)
}

test('a flood of calls is answered or told to wait, and keeps nobody else waiting', async () => {
  await within(async () => {
    const flood = Promise.all(
      Array.from({ length: load(80, 1000) }, () => post(call('list_deliveries', { limit: 20 }))),
    )
    await publishes()
    const statuses = new Set(await flood)
    expect([...statuses].filter((status) => status !== 200 && status !== 429)).toEqual([])
    expect(statuses.has(429)).toBe(true)
  })
  expect(await post(call('list_events'))).toBe(200)
})

test('sessions that are begun and left cost nothing: there are none', async () => {
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '0' } }
  const begin = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })
  await within(async () => {
    for (let nth = 0; nth < load(100, 3000); nth++) {
      const answer = await fetch(`${world.timbre.address}/mcp`, { method: 'POST', headers: headers(), body: begin })
      expect([answer.status, answer.headers.get('mcp-session-id')]).toEqual([200, null])
      await answer.text()
    }
    await publishes()
  })
})

test('a batch of calls is refused whole, before any of them', async () => {
  const webhook = await world.subscribe('/batch')
  const batch = Array.from({ length: 300 }, () =>
    call('send_test', { webhookId: webhook.id, eventKey: 'call.completed' }),
  )
  const received = world.receiver.requests.length
  expect(await post(batch)).toBe(400)
  expect(await post(JSON.stringify(batch.concat(batch)))).toBe(413)
  expect(world.receiver.requests.length).toBe(received)
  expect((await world.client.webhooks.listDeliveries(webhook.id)).data).toEqual([])
})

test('giant, deep and endless bodies are refused within the memory for bodies', async () => {
  await within(async () => {
    expect(await post(`{"a":"${'x'.repeat(1024 * 1024)}"}`)).toBe(413)
    expect(await post(`${'['.repeat(30_000)}${']'.repeat(30_000)}`)).toBe(400)
    expect(await post(call('find', { id: 'x'.repeat(60_000) }))).toBe(200)
    for (let nth = 0; nth < load(60, 400); nth++) await attacker.open(raw('x'.repeat(65_535), 65_536))
    await publishes()
    expect(await metric(world, 'timbre_publish_body_bytes')).toBeLessThanOrEqual(20 * 1024 * 1024)
  })
})

test('clients that go away with a call under way leave capacity for the next', async () => {
  const text = JSON.stringify(call('list_calls', { limit: 20 }))
  await within(async () => {
    for (let nth = 0; nth < load(60, 600); nth++) {
      const socket = await attacker.open(raw(text))
      socket.destroy()
    }
    await publishes()
    await until(
      () => post(call('list_events')),
      (status) => status === 200,
    )
  })
})

test('tools that send are limited as the routes behind them', async () => {
  const webhook = await world.subscribe('/test')
  const test = call('send_test', { webhookId: webhook.id, eventKey: 'call.completed' })
  const received = world.receiver.requests.length
  const statuses = await Promise.all(Array.from({ length: load(40, 200) }, () => post(test)))
  await publishes()
  expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([])
  // No more than were let in, and each sent once.
  const answered = statuses.filter((status) => status === 200).length
  expect(world.receiver.requests.length - received).toBeLessThanOrEqual(answered)
})
