// A consumer that is a process of its own, and a server: both are killed while thousands of events flow.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { constructEvent } from '@getsupervisor/agents-studio-sdk/receiver'
import { afterEach, describe, expect, test } from 'vitest'
import { atLength } from '../support/at-length.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { until } from '../support/until.ts'
import { makeWorld, type World } from './world.ts'

const CONSUMER = fileURLToPath(new URL('../../demo/consumer.ts', import.meta.url))
const EVENTS = atLength(300, 4000)
const CALLS = 30
const TYPE = 'call.completed'
const WAIT_MS = 120_000
/** A lost lease is tried again at once, and as often as it takes. */
const SETTINGS = {
  TIMBRE_RETRY_SCHEDULE: Array.from({ length: 20 }, (_, nth) => (nth === 0 ? 0 : 1)).join(','),
  TIMBRE_RETRY_JITTER: '0',
}

let world: World
let proxy: TcpProxy | undefined
const consumers = new Set<Consumer>()
afterEach(async () => {
  await Promise.all([...consumers].map((consumer) => consumer.kill()))
  await proxy?.stop()
  proxy = undefined
  await world.end()
})

interface Seen {
  readonly id: string
  readonly call: string
  readonly nth: number
}

/** What is in the hands of a consumer is in `seen` before it is acknowledged. */
class Consumer {
  readonly seen: Seen[] = []
  readonly #child: ChildProcess
  #errors = ''

  constructor(webhookId: string, address: string) {
    const { workspaceId, apiKey } = world.timbre
    const own = { BASE_URL: address, WORKSPACE_ID: workspaceId, API_KEY: apiKey, WEBHOOK_ID: webhookId }
    this.#child = spawn(process.execPath, [CONSUMER], {
      env: { PATH: process.env['PATH'], ...own },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    if (this.#child.stdout === null) throw new Error('The output of the consumer is a pipe.')
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#see(line))
    this.#child.stderr?.on('data', (chunk) => (this.#errors += String(chunk)))
    consumers.add(this)
  }

  get errors(): string {
    return this.#errors
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<number | null> {
    consumers.delete(this)
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit')
      this.#child.kill(signal)
      await exited
    }
    return this.#child.exitCode
  }

  #see(line: string): void {
    const [id = '', ...data] = line.split(' ')
    const { call_id: call, nth } = JSON.parse(data.join(' ')) as { readonly call_id: string; readonly nth: number }
    this.seen.push({ id, call, nth })
  }
}

async function pullWebhook(ordering: 'none' | 'call'): Promise<string> {
  return (await world.client.webhooks.create({ kind: 'pull', ordering, eventKeys: [TYPE] })).id
}

/** One after another, each batch until it is accepted; so the events of a call are accepted in their order. */
async function publish(count: number, first = 0): Promise<Set<string>> {
  const acknowledged = new Set<string>()
  for (let from = first; from < first + count; from += 50) {
    const events = Array.from({ length: Math.min(50, first + count - from) }, (_, index) => ({
      type: TYPE,
      data: { call_id: `call-${(from + index) % CALLS}`, nth: from + index },
    }))
    for (;;) {
      const key = { idempotencyKey: `batch-${from}` }
      const accepted = await world.client.events.publishBatch(events, key).catch(() => undefined)
      if (accepted !== undefined) {
        for (const { id } of accepted) acknowledged.add(id)
        break
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  return acknowledged
}

const countSuccess = async (webhookId: string) => (await world.client.webhooks.get(webhookId)).successCount
const idsOf = (consumer: Consumer) => new Set(consumer.seen.map(({ id }) => id))

/** Of each call: the first time that each event was seen is in the order of publishing. */
function expectOrder(seen: readonly Seen[]): void {
  const known = new Set<string>()
  const last = new Map<string, number>()
  for (const { id, call, nth } of seen) {
    if (known.has(id)) continue
    known.add(id)
    expect(nth, call).toBeGreaterThan(last.get(call) ?? -1)
    last.set(call, nth)
  }
}

describe('a server that is killed twice while a consumer pulls', () => {
  test('loses nothing, keeps the order of each call, and the consumer goes on by itself', async () => {
    world = await makeWorld(SETTINGS)
    proxy = await new TcpProxy(portOf(world.timbre.address)).start()
    const webhookId = await pullWebhook('call')
    const consumer = new Consumer(webhookId, `http://127.0.0.1:${proxy.port}`)
    const publishing = publish(EVENTS)
    for (const share of [0.25, 0.6]) {
      await until(
        async () => consumer.seen.length,
        (count) => count >= EVENTS * share,
        WAIT_MS,
      )
      await world.timbre.kill()
      await world.timbre.start()
      proxy.target = portOf(world.timbre.address)
    }
    const acknowledged = await publishing
    await until(
      () => countSuccess(webhookId),
      (count) => count === EVENTS,
      WAIT_MS,
    )
    expect(idsOf(consumer)).toEqual(acknowledged)
    expectOrder(consumer.seen)
    // Twice only what was in its hands when the server died.
    const twice = consumer.seen.length - EVENTS
    console.log(`${EVENTS} events, server killed twice: lost 0, seen twice ${twice}`)
    expect(twice).toBeLessThanOrEqual(2 * 16)
    expect([await consumer.kill('SIGTERM'), consumer.errors]).toEqual([0, ''])
  }, 180_000)
})

describe('consumers that are killed while they work', () => {
  test('lose nothing: what they held comes to others when its lease has ended', async () => {
    world = await makeWorld(SETTINGS)
    const webhookId = await pullWebhook('none')
    const steady = new Consumer(webhookId, world.timbre.address)
    const dead: Consumer[] = []
    const acknowledged = await publish(EVENTS)
    for (let round = 0; round < 3; round++) {
      const victim = new Consumer(webhookId, world.timbre.address)
      await until(
        async () => {
          // Until it has got some: the other may have taken all that there were before this one has started.
          if (victim.seen.length === 0) for (const id of await publish(50, acknowledged.size)) acknowledged.add(id)
          await new Promise((resolve) => setTimeout(resolve, 100))
          return victim.seen.length
        },
        (count) => count > 0,
        WAIT_MS,
      )
      await victim.kill()
      dead.push(victim)
    }
    await until(
      () => countSuccess(webhookId),
      (count) => count === acknowledged.size,
      WAIT_MS,
    )
    const seen = new Set([steady, ...dead].flatMap((consumer) => [...idsOf(consumer)]))
    expect(seen).toEqual(acknowledged)
    const all = [steady, ...dead].reduce((sum, consumer) => sum + consumer.seen.length, 0)
    const twice = all - acknowledged.size
    console.log(`${acknowledged.size} events, three consumers killed: lost 0, seen twice ${twice}`)
    expect(twice).toBeLessThanOrEqual(3 * 16)
  }, 180_000)
})

describe('the loop of the SDK', () => {
  test('gives each event once where every result counts, and what it leaves is due at once', async () => {
    world = await makeWorld(SETTINGS)
    const { client } = world
    const webhookId = await pullWebhook('none')
    const { secret } = await client.webhooks.getSecret(webhookId)
    const acknowledged = await publish(100)
    const seen: string[] = []
    for await (const item of client.webhooks.pull(webhookId, { max: 10 })) {
      const { id } = await constructEvent(item.body, item.headers, secret)
      if (seen.length === 55) break
      seen.push(id)
    }
    const rest = new AbortController()
    for await (const item of client.webhooks.pull(webhookId, { max: 10, signal: rest.signal })) {
      expect(item.attempt).toBe(1)
      seen.push((await constructEvent(item.body, item.headers, secret)).id)
      if (seen.length === 100) rest.abort()
    }
    expect(new Set(seen)).toEqual(acknowledged)
    expect(seen.length).toBe(100)
    expect(await countSuccess(webhookId)).toBe(100)
  })

  test('keeps what it works on for longer than the lease, and a failure comes again', async () => {
    world = await makeWorld(SETTINGS)
    const { client } = world
    const webhookId = await pullWebhook('none')
    await publish(2)
    const attempts: number[] = []
    for await (const item of client.webhooks.pull(webhookId, { max: 2, leaseSeconds: 5 })) {
      attempts.push(item.attempt)
      // Longer than the lease of both.
      if (attempts.length === 1) await new Promise((resolve) => setTimeout(resolve, 7000))
      if (attempts.length === 2) item.fail(503, 'busy')
      if (attempts.length === 3) {
        item.ack()
        break
      }
    }
    expect(attempts).toEqual([1, 1, 2])
    await until(
      () => countSuccess(webhookId),
      (count) => count === 2,
    )
    const deliveries = await client.webhooks.listDeliveries(webhookId)
    const made = await Promise.all(deliveries.data.map(({ id }) => client.webhooks.listAttempts(webhookId, id)))
    const outcomes = made.map(({ data }) => data.map(({ responseStatus }) => responseStatus).toSorted())
    expect(outcomes.toSorted((a, b) => a.length - b.length)).toEqual([[200], [200, 503]])
  })
})

function portOf(address: string): number {
  return Number(new URL(address).port)
}
