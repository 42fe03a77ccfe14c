// Versions that run side by side over one PostgreSQL: this file runs on PostgreSQL only.
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ApiError, createClient } from '@getsupervisor/agents-studio-sdk'
import pg from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { makeCertificates } from '../support/certificates.ts'
import type { NextVersion } from '../support/next-version.ts'
import { makeDatabase, type TestDatabase } from '../support/postgres/database.ts'
import { Receiver } from '../support/receiver.ts'
import { TimbreProcess } from '../support/timbre-process.ts'
import { until } from '../support/until.ts'

const NEXT_VERSION = fileURLToPath(new URL('../support/next-version.ts', import.meta.url))
const PUBLISHERS = 6
const PAUSE_MS = 15

const certificates = await makeCertificates()
const first = new TimbreProcess()
const { workspaceId, apiKey } = first

let database: TestDatabase
let client: pg.Client
let receiver: Receiver
let settings: Record<string, string>
/** All that were started; `serving` are those that publishers ask, as a load balancer would. */
let nodes: TimbreProcess[]
let serving: TimbreProcess[]
beforeEach(async () => {
  database = await makeDatabase(inject('postgresUrl'), inject('postgresTemplate'))
  client = new pg.Client(database.url)
  await client.connect()
  receiver = await new Receiver({ certificates, script: () => ({ delayMs: 20 }) }).start()
  settings = {
    TIMBRE_MASTER_KEY: randomBytes(32).toString('base64'),
    TIMBRE_BOOTSTRAP_WORKSPACE_ID: workspaceId,
    TIMBRE_BOOTSTRAP_API_KEY: apiKey,
  }
  nodes = []
  serving = []
})
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.destroy()))
  await receiver.stop()
  await client.end()
  await database.drop()
})

/** @param next absent: a node of this version */
function makeNode(next?: NextVersion): TimbreProcess {
  const version = next === undefined ? {} : { NEXT_VERSION: next }
  const nodeArguments = next === undefined ? [] : ['--import', NEXT_VERSION]
  const node = new TimbreProcess({
    ca: certificates.ca,
    databaseUrl: database.url,
    settings: { ...settings, ...version },
    nodeArguments,
  })
  nodes.push(node)
  return node
}

async function startNode(next?: NextVersion): Promise<TimbreProcess> {
  const node = await makeNode(next).start()
  serving.push(node)
  return node
}

const clientOf = (node: TimbreProcess | undefined) => {
  if (node === undefined) throw new Error('No node serves.')
  return node.client({ workspaceId, apiKey })
}

async function subscribe(): Promise<string> {
  const webhook = await clientOf(serving[0]).webhooks.create({ url: receiver.url('/hook') })
  await clientOf(serving[0]).webhooks.createSubscription(webhook.id, { eventKey: 'call.completed' })
  return webhook.id
}

/** Publishers that never stop by themselves. What a node that is going does not take, they bring to another one. */
class Load {
  readonly acknowledged = new Set<string>()
  readonly times: { readonly at: number; readonly ms: number; readonly node: TimbreProcess }[] = []
  /** A node that is stopping may refuse; anything else that a publisher is told is a fault. */
  readonly refusals: string[] = []
  readonly faults: string[] = []
  readonly stopping = new Set<TimbreProcess>()
  readonly #running: Promise<unknown>
  #isOver = false

  constructor() {
    this.#running = Promise.all(Array.from({ length: PUBLISHERS }, (_, nth) => this.#publishAll(nth)))
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await this.#running
  }

  /** Waits until the node has taken so many more. */
  async taken(node: TimbreProcess, more: number): Promise<void> {
    const count = async () => this.times.filter((time) => time.node === node).length
    const before = await count()
    await until(count, (now) => now >= before + more, 60_000)
  }

  /** Milliseconds of the publishes that were under way between the two times. */
  between(from: number, to: number): { readonly count: number; readonly p99: number; readonly max: number } {
    const times = this.times
      .filter(({ at, ms }) => at < to && at + ms > from)
      .map(({ ms }) => ms)
      .sort((a, b) => a - b)
    const at = (fraction: number) => Math.round(times[Math.floor((times.length - 1) * fraction)] ?? Number.NaN)
    return { count: times.length, p99: at(0.99), max: at(1) }
  }

  async #publishAll(publisher: number): Promise<void> {
    for (let nth = 0; !this.#isOver; nth++) {
      await this.#publish(`evt_${publisher}-${nth}`, publisher + nth)
      await wait(PAUSE_MS)
    }
  }

  async #publish(id: string, turn: number): Promise<void> {
    const at = performance.now()
    for (let tries = 0; tries < 10; tries++) {
      const node = serving[(turn + tries) % serving.length]
      if (node === undefined) break
      const error = await this.#publishTo(node, id)
      if (error === undefined) {
        this.acknowledged.add(id)
        this.times.push({ at, ms: performance.now() - at, node })
        return
      }
      const isRefusal = error.code === 'CONNECTION_FAILED' || error.code === 'NOT_READY'
      if (!isRefusal || !this.stopping.has(node)) this.faults.push(String(error))
      else this.refusals.push(error.code)
    }
  }

  async #publishTo(node: TimbreProcess, id: string): Promise<ApiError | undefined> {
    try {
      const options = { baseUrl: node.address, workspaceId, apiKey, retry: { maxRetries: 0 } }
      await createClient(options).events.publish({ id, type: 'call.completed', data: { call_id: id } })
      return undefined
    } catch (error) {
      if (error instanceof ApiError) return error
      throw error
    }
  }
}

/** Takes the node out with SIGTERM while publishers still ask it. */
async function retire(node: TimbreProcess, load: Load): Promise<void> {
  load.stopping.add(node)
  expect(await node.stop()).toBe(0)
  serving = serving.filter((other) => other !== node)
}

const receivedIds = () => receiver.requests.map(({ headers }) => String(headers['webhook-id']))

/** Every 202 was delivered, and nothing twice. */
async function expectAllDeliveredOnce({ acknowledged, faults }: Load): Promise<void> {
  expect(faults).toEqual([])
  await until(
    async () => new Set(receivedIds()).size,
    (count) => count >= acknowledged.size,
    30_000,
  )
  expect(new Set(receivedIds())).toEqual(acknowledged)
  expect(receiver.count).toBe(acknowledged.size)
}

test('a newer version migrates and takes over node by node, while the older one goes on: nothing is lost, nothing comes twice', async () => {
  const [a, b] = await Promise.all([startNode(), startNode()])
  const webhook = await subscribe()
  const load = new Load()
  await Promise.all([load.taken(a, 100), load.taken(b, 100)])

  const from = performance.now()
  // At the same moment: one of them migrates, the other waits for it.
  const [c, d] = await Promise.all([startNode('additive'), startNode('additive')])
  const to = performance.now()
  const { rows } = await client.query(
    `SELECT indisvalid FROM pg_index WHERE indexrelid = 'deliveries_by_region'::regclass`,
  )
  expect(rows).toEqual([{ indisvalid: true }])

  // The older ones on the newer tables: what they read whole, what they write, what they claim.
  await Promise.all([load.taken(a, 100), load.taken(b, 100), load.taken(c, 100), load.taken(d, 100)])
  expect((await clientOf(a).webhooks.update(webhook, { description: 'by the older' })).description).toBe('by the older')
  expect((await clientOf(b).deliveries.list({ limit: 5 })).data.length).toBe(5)
  await retire(a, load)
  await retire(b, load)
  await Promise.all([load.taken(c, 100), load.taken(d, 100)])
  await load.stop()

  await expectAllDeliveredOnce(load)
  const during = load.between(from, to)
  console.log(
    `two nodes replaced by two of the next version: ${load.acknowledged.size} acknowledged, lost 0, sent twice 0; refused by a node that ` +
      `stopped ${load.refusals.length}; ${during.count} publishes while it migrated: p99 ${during.p99} ms, longest ${during.max} ms`,
  )
  expect(during.count).toBeGreaterThan(20)
})

test('a migration that meets a table in use for long keeps no publisher waiting for long, and is done when it is free', async () => {
  const a = await startNode()
  await subscribe()
  const load = new Load()
  await load.taken(a, 50)
  // As a backup does.
  await client.query('BEGIN; SELECT count(*) FROM deliveries')
  const starting = startNode('additive')
  // A busy machine takes its time to start a process: what counts begins when the migration stands before the table.
  await until(
    () => client.query("SELECT 1 FROM pg_locks WHERE relation = 'deliveries'::regclass AND NOT granted"),
    ({ rowCount }) => rowCount !== 0,
  )
  const from = performance.now()
  // Between two tries they are served: without that none would be taken before the table is free.
  await load.taken(a, 100)
  const to = performance.now()
  await client.query('COMMIT')
  const b = await starting
  await load.taken(b, 20)
  await load.stop()

  await expectAllDeliveredOnce(load)
  const during = load.between(from, to)
  console.log(
    `a table in use for ${Math.round(to - from)} ms: ${during.count} publishes meanwhile, p99 ${during.p99} ms, longest ${during.max} ms`,
  )
})

test('a migration that the running version could not work with waits for the operator, and afterwards the older version does', async () => {
  const a = await startNode()
  await subscribe()
  const newer = makeNode('incompatible')
  await expect(newer.start()).rejects.toThrow(
    /does not work with nodes that are running: \S+\. Stop them, then start this one/,
  )
  await clientOf(a).events.publish({ type: 'call.completed', data: { call_id: 'still' } })
  await receiver.waitFor(1)
  await a.stop()
  await newer.start()
  await clientOf(newer).events.publish({ type: 'call.completed', data: { call_id: 'newer' } })
  await receiver.waitFor(2)
  await expect(a.start()).rejects.toThrow('Install the newer one')
})
