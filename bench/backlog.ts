// Owns the numbers of a backlog: the delivery rate with a million deliveries due and ten million kept beside the rate on an
// empty database in the same run, how fast the backlog itself drains, memory, and how soon such a file serves (DESIGN §7).
// Load goes to 127.0.0.1 only, and is bounded in count.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Certificates, makeCertificates } from '../test/support/certificates.ts'
import { Receiver } from '../test/support/receiver.ts'
import { TimbreProcess } from '../test/support/timbre-process.ts'
import { fillDatabase } from './fill-database.ts'
import type { BenchOptions, Measurement } from './measurement.ts'

const BATCH = 100
const PUBLISHERS = 4
/** Events of the first type go to four webhooks, those of the second to one. */
const TO_FOUR = 'call.status.updated'
const TO_ONE = 'call.error'
const DATA = {
  [TO_FOUR]: { call_id: 'c'.repeat(32), call_status: 'ended', transcript: 'x'.repeat(450) },
  [TO_ONE]: { call_id: 'c'.repeat(32), error_code: 'x'.repeat(200) },
} as const

export async function measure(options: BenchOptions): Promise<Measurement[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'timbre-backlog-'))
  const certificates = await makeCertificates()
  const receiver = await startReceiver(certificates)
  const hanging = await new Receiver({ certificates, script: () => ({ hang: true }) }).start()
  const empty = new TimbreProcess({ ca: certificates.ca })
  const full = new TimbreProcess({ ca: certificates.ca, dataDir: scratch })
  try {
    await empty.start()
    await addWebhooks(empty, receiver.url)
    const backlogId = await prepare(full, { receiver: receiver.url, hanging: hanging.url() }, options)
    return await compare({ empty, full, backlogId, receiver }, options)
  } finally {
    await full.destroy()
    await empty.destroy()
    await hanging.stop()
    receiver.stop()
    rmSync(scratch, { recursive: true })
  }
}

interface Bench {
  readonly empty: TimbreProcess
  readonly full: TimbreProcess
  /** The webhook that a million deliveries wait for. */
  readonly backlogId: string
  readonly receiver: BenchReceiver
}

async function compare(bench: Bench, { rounds, quick, log }: BenchOptions): Promise<Measurement[]> {
  const { empty, full, backlogId, receiver } = bench
  const count = quick ? 10_000 : 20_000
  const ready: number[] = []
  const readyEmpty: number[] = []
  for (let round = 1; round <= rounds; round++) {
    readyEmpty.push(await readyTime(empty))
    ready.push(await readyTime(full))
  }
  // Long enough for every slot of the hanging webhook and the first claims.
  await pause(3000)
  const waitingMb = peakMegabytes(full.pid)
  const beside: number[] = []
  const cpu: number[] = []
  const draining: number[] = []
  // Once for nothing: what was compiled and connected by then is no part of a rate.
  for (const timbre of [empty, full]) await rate(timbre, receiver, TO_FOUR, count)
  for (let round = 1; round <= rounds; round++) {
    const alone = await rate(empty, receiver, TO_FOUR, count)
    const withBacklog = await rate(full, receiver, TO_FOUR, count)
    beside.push(withBacklog.perSecond / alone.perSecond)
    cpu.push(withBacklog.cpuMicros / alone.cpuMicros)
    log(`round ${round}: empty ${rateText(alone)}, beside the backlog ${rateText(withBacklog)}`)
  }
  await full.client().webhooks.update(backlogId, { url: `${receiver.url}/backlog`, isActive: false })
  // Once for nothing, too: a webhook that hung has one slot, and gets the others back answer by answer.
  await drainRate(full, backlogId, receiver, count)
  for (let round = 1; round <= rounds; round++) {
    const alone = await rate(empty, receiver, TO_ONE, count)
    const drained = await drainRate(full, backlogId, receiver, count)
    draining.push(drained / alone.perSecond)
    log(`round ${round}: to one webhook, empty ${rateText(alone)}, the backlog itself ${drained.toFixed(0)}/s`)
  }
  const size = quick ? '100,000 due, 1 million kept' : '1 million due, 10 million kept'
  return [
    { name: `rate beside a hanging webhook with ${size}`, unit: '× empty', values: beside, budget: { atLeast: 0.8 } },
    { name: 'CPU of the server for a delivery beside it', unit: '× empty', values: cpu },
    { name: `rate of draining, ${size}`, unit: '× empty', values: draining, budget: { atLeast: 0.8 } },
    { name: `memory, ${size}`, unit: 'MB', values: [waitingMb], budget: { atMost: 300 } },
    { name: 'memory at full rate, empty', unit: 'MB', values: [peakMegabytes(empty.pid)] },
    { name: `memory at full rate, ${size}`, unit: 'MB', values: [peakMegabytes(full.pid)], budget: { atMost: 300 } },
    { name: 'ready after start, empty', unit: 'ms', values: readyEmpty },
    { name: `ready after start, ${size}`, unit: 'ms', values: ready, budget: { atMost: 1500 } },
  ]
}

/** The webhooks are made through the API, so that their secrets are real; what is due is added without the server. */
async function prepare(
  full: TimbreProcess,
  urls: { readonly receiver: string; readonly hanging: string },
  { quick, log }: BenchOptions,
): Promise<string> {
  const file = join(full.dataDir, 'timbre.db')
  // First, for its master key: a server that finds secrets and no key does not start.
  await full.start()
  await full.stop()
  fillDatabase({ file, kept: quick ? 1_000_000 : 10_000_000, log })
  await full.start()
  await addWebhooks(full, urls.receiver)
  const { id } = await full.client().webhooks.create({ url: urls.hanging })
  await full.stop()
  const due = { count: quick ? 100_000 : 1_000_000, workspaceId: full.workspaceId, webhookId: id }
  fillDatabase({ file, kept: 0, due, log })
  await full.start()
  return id
}

async function addWebhooks(timbre: TimbreProcess, url: string): Promise<void> {
  const { webhooks } = timbre.client()
  for (const eventKey of [TO_FOUR, TO_FOUR, TO_FOUR, TO_FOUR, TO_ONE]) {
    const { id } = await webhooks.create({ url: `${url}/fast` })
    await webhooks.createSubscription(id, { eventKey })
  }
}

/** From the start of the process, which was killed before, to the first answer that it is ready, milliseconds. */
async function readyTime(timbre: TimbreProcess): Promise<number> {
  await timbre.kill()
  const startedAt = performance.now()
  await timbre.start()
  return performance.now() - startedAt
}

interface Rate {
  readonly perSecond: number
  /** Of the server, microseconds a delivery: says the same where other programs take the cores. */
  readonly cpuMicros: number
}

/** Over the whole path: published in batches, received, and recorded. */
async function rate(
  timbre: TimbreProcess,
  receiver: BenchReceiver,
  type: typeof TO_FOUR | typeof TO_ONE,
  count: number,
): Promise<Rate> {
  const all = await receiver.expect(count)
  const before = await endedCount(timbre)
  const cpuBefore = cpuSeconds(timbre.pid)
  const startedAt = performance.now()
  await publish(timbre, type, type === TO_FOUR ? count / 4 : count)
  await all.received
  while ((await endedCount(timbre)) < before + count) await pause(5)
  return {
    perSecond: count / ((performance.now() - startedAt) / 1000),
    cpuMicros: ((cpuSeconds(timbre.pid) - cpuBefore) / count) * 1e6,
  }
}

/** Deliveries of the workspace that were recorded as successes. */
async function endedCount(timbre: TimbreProcess): Promise<number> {
  const { data } = await timbre.client().webhooks.list({ limit: 100 })
  return data.reduce((sum, { successCount }) => sum + successCount, 0)
}

async function publish(timbre: TimbreProcess, type: typeof TO_FOUR | typeof TO_ONE, count: number): Promise<void> {
  const { events } = timbre.client()
  let published = 0
  const publisher = async () => {
    while (published < count) {
      const size = Math.min(BATCH, count - published)
      published += size
      await events.publishBatch(Array.from({ length: size }, () => ({ type, data: DATA[type] })))
    }
  }
  await Promise.all(Array.from({ length: PUBLISHERS }, publisher))
}

async function drainRate(timbre: TimbreProcess, id: string, receiver: BenchReceiver, count: number): Promise<number> {
  const { webhooks } = timbre.client()
  const all = await receiver.expect(count)
  const startedAt = performance.now()
  await webhooks.update(id, { isActive: true })
  await all.received
  const seconds = (performance.now() - startedAt) / 1000
  await webhooks.update(id, { isActive: false })
  // What was in flight has arrived by then and is not counted for the next round.
  while ((await webhooks.listDeliveries(id, { status: 'sending', limit: 1 })).data.length > 0) await pause(20)
  return count / seconds
}

function rateText({ perSecond, cpuMicros }: Rate): string {
  return `${perSecond.toFixed(0)}/s (${cpuMicros.toFixed(0)} µs CPU)`
}

/** User and system time of the process, of all its threads. Linux counts it in hundredths of a second. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** The most that the process ever had resident. Linux only, as the budget is. */
function peakMegabytes(pid: number): number {
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(peak) / 1024
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

interface BenchReceiver {
  readonly url: string
  /** Begins to count; `received` resolves once so many requests came. */
  expect(count: number): Promise<{ readonly received: Promise<unknown> }>
  stop(): void
}

/** In a process of its own: a receiver that shared ours would be measured too. */
async function startReceiver(certificates: Certificates): Promise<BenchReceiver> {
  const child = fork(new URL('./receiver-process.ts', import.meta.url), { env: { PATH: process.env['PATH'] ?? '' } })
  child.send({ certificates })
  // What receiver-process.ts answers to certificates.
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  return {
    url,
    async expect(count) {
      child.send({ expect: count })
      await once(child, 'message')
      return { received: once(child, 'message') }
    },
    stop: () => child.disconnect(),
  }
}

if (import.meta.main) {
  const quick = process.argv.includes('--quick')
  for (const { name, unit, values, budget } of await measure({ rounds: 3, quick, log: (line) => console.log(line) })) {
    const median = values.toSorted((a, b) => a - b)[values.length >> 1]
    console.log(
      `${name}: ${median?.toFixed(2)} ${unit} of ${values.map((value) => value.toFixed(2)).join(', ')}; ${JSON.stringify(budget)}`,
    )
  }
}
