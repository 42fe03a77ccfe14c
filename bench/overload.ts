// Owns the numbers of overload: publishers offer three times what was measured to be the capacity, by single POSTs and batches,
// and do not slow down when they are asked to. What is accepted must be accepted fast and be delivered, the rest refused fast.
// Load goes to 127.0.0.1 only, and is bounded in time.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { makeCertificates } from '../test/support/certificates.ts'
import { TimbreProcess } from '../test/support/timbre-process.ts'
import type { BenchOptions, Measurement } from './measurement.ts'
import type { PublisherOrder, PublisherReport } from './publisher-process.ts'
import type { ReceiverCount } from './unique-receiver-process.ts'

/** Each has a webhook of its own: one delivery for one event. */
const EVENT_KEYS = ['call.completed', 'call.callStarted', 'call.callEnded', 'call.callMissed'] as const
const OVERLOAD = 3
const PROBE_CONNECTIONS = 24
const PROBES = 4
const CONNECTIONS_MAX = 1000
const BATCH = 20
/** One batch for so many requests. */
const BATCH_EVERY = 10
const DRAIN_MS_MAX = 600_000
/** Nothing came for so long: nothing comes any more. */
const STILL_MS = 5000

const USUAL_SECONDS = 60
const QUICK_SECONDS = 15

interface Rig {
  readonly timbre: TimbreProcess
  readonly receiver: ChildProcess
  readonly publishers: ChildProcess
}

interface Phase {
  readonly seconds: number
  readonly report: PublisherReport
  readonly deliveredPerSecond: number
  /** Of a list of webhooks, asked for ten times a second meanwhile. */
  readonly readMsP99: number
}

export async function measure(options: BenchOptions, seconds?: number): Promise<Measurement[]> {
  const rounds: Round[] = []
  for (let round = 1; round <= options.rounds; round++) {
    rounds.push(await measureRound(seconds ?? (options.quick ? QUICK_SECONDS : USUAL_SECONDS), options))
  }
  const of = (value: (round: Round) => number) => rounds.map(value)
  return [
    { name: 'offered under overload', unit: '× capacity', values: of((round) => round.offeredShare) },
    {
      name: '202 under overload, p50',
      unit: 'ms',
      values: of((round) => round.overload.report.acceptedMs.p50),
      budget: { atMost: 250 },
    },
    {
      name: '202 under overload, p99',
      unit: 'ms',
      values: of((round) => round.overload.report.acceptedMs.p99),
      budget: { atMost: 1000 },
    },
    { name: '429 under overload, p99', unit: 'ms', values: of((round) => round.overload.report.refusedMs.p99) },
    {
      name: 'accepted under overload',
      unit: '× capacity',
      values: of((round) => round.acceptedShare),
    },
    {
      name: 'neither 202 nor 429 with Retry-After',
      unit: 'answers',
      values: of((round) => round.otherResponses),
      budget: { atMost: 0 },
    },
    {
      name: 'delivered under overload',
      unit: '× at capacity',
      values: of((round) => round.overload.deliveredPerSecond / round.capacity.deliveredPerSecond),
      budget: { atLeast: 0.4 },
    },
    { name: 'accepted but not delivered', unit: 'events', values: of((round) => round.lost), budget: { atMost: 0 } },
    { name: 'memory at its highest', unit: 'MB', values: of((round) => round.rssMax), budget: { atMost: 400 } },
    { name: 'reading beside it, p99', unit: 'ms', values: of((round) => round.overload.readMsP99) },
  ]
}

interface Round {
  readonly capacity: Phase
  readonly overload: Phase
  readonly offeredShare: number
  readonly acceptedShare: number
  readonly otherResponses: number
  readonly lost: number
  readonly rssMax: number
}

async function measureRound(seconds: number, { quick, log }: BenchOptions): Promise<Round> {
  const rig = await start()
  try {
    await subscribe(rig)
    const order = { port: Number(new URL(rig.timbre.address).port), requests: requestsOf(rig.timbre) }
    const capacity = await probed(rig, order, quick ? 3 : 5)
    log(`capacity: ${describe(capacity)}`)
    const before = await drained(rig)
    const rate = Math.ceil((capacity.report.acceptedRequests / capacity.seconds) * OVERLOAD)
    const overload = await run(rig, { ...order, rate, connectionsMax: CONNECTIONS_MAX, seconds })
    log(`overload: ${describe(overload)}`)
    const after = await drained(rig, before.uniqueIds + overload.report.acceptedEvents)
    const delivered = after.uniqueIds - before.uniqueIds
    const rssMax = peakMemoryMb(rig.timbre.pid)
    log(
      `delivered ${delivered} events, ${after.requests - after.uniqueIds} twice; memory at most ${rssMax.toFixed(0)} MB`,
    )
    for (const doubt of doubts(overload.report)) log(doubt)
    return {
      ...shares(capacity, overload),
      capacity,
      overload,
      lost: overload.report.acceptedEvents - delivered,
      rssMax,
    }
  } finally {
    rig.publishers.disconnect()
    rig.receiver.disconnect()
    await rig.timbre.destroy()
  }
}

function shares(capacity: Phase, { report, seconds }: Phase) {
  const { acceptedRequests, acceptedEvents } = capacity.report
  const others = Object.values(report.others)
  return {
    offeredShare: (report.offered - report.unsent) / seconds / (acceptedRequests / capacity.seconds),
    acceptedShare: report.acceptedEvents / seconds / (acceptedEvents / capacity.seconds),
    otherResponses: others.reduce((sum, answers) => sum + answers, report.refusedWithoutRetryAfter),
  }
}

/** What would make the figures worth less. */
function doubts({ unsent, ownDelayMsP99, acceptedRequests, offered }: PublisherReport): string[] {
  return [
    ...(unsent > 0 ? [`the generator could not offer the load: ${unsent} requests found no connection free`] : []),
    ...(ownDelayMsP99 > 100 ? [`the generator itself was late by ${ownDelayMsP99.toFixed(0)} ms`] : []),
    ...(acceptedRequests > offered / 2
      ? ['most was accepted: the machine was busy with other things while probed']
      : []),
  ]
}

async function start(): Promise<Rig & { readonly url: string }> {
  const certificates = await makeCertificates()
  const receiver = started('./unique-receiver-process.ts')
  receiver.send({ certificates })
  const [{ url }] = (await once(receiver, 'message')) as [{ url: string }]
  const timbre = await new TimbreProcess({ ca: certificates.ca }).start()
  return { timbre, receiver, url, publishers: started('./publisher-process.ts') }
}

async function subscribe({ timbre, url }: { readonly timbre: TimbreProcess; readonly url: string }): Promise<void> {
  for (const eventKey of EVENT_KEYS) {
    const webhook = await timbre.client().webhooks.create({ url: `${url}/${eventKey}` })
    await timbre.client().webhooks.createSubscription(webhook.id, { eventKey })
  }
}

function started(file: string): ChildProcess {
  return fork(new URL(file, import.meta.url), { env: { PATH: process.env['PATH'] ?? '' } })
}

function requestsOf({ workspaceId, apiKey }: TimbreProcess): PublisherOrder['requests'] {
  const data = { call_id: 'c'.repeat(32), transcript: 'x'.repeat(450) }
  const requests = []
  for (let index = 0; index < BATCH_EVERY * EVENT_KEYS.length; index++) {
    const event = { type: EVENT_KEYS[index % EVENT_KEYS.length], data }
    const isBatch = index % BATCH_EVERY === 0
    const body = JSON.stringify(isBatch ? { events: Array.from({ length: BATCH }, () => event) } : event)
    const head = [
      `POST /v1/events${isBatch ? '/batch' : ''} HTTP/1.1`,
      'host: 127.0.0.1',
      `x-api-key: ${apiKey}`,
      `x-workspace-id: ${workspaceId}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
    ]
    requests.push({ text: `${head.join('\r\n')}\r\n\r\n${body}`, events: isBatch ? BATCH : 1 })
  }
  return requests
}

/** The best of a few short probes, the first of which finds everything cold: other work of the machine only takes away. */
async function probed(rig: Rig, order: Pick<PublisherOrder, 'port' | 'requests'>, seconds: number): Promise<Phase> {
  const phases: Phase[] = []
  for (let probe = 0; probe < PROBES; probe++) {
    phases.push(await run(rig, { ...order, rate: null, connectionsMax: PROBE_CONNECTIONS, seconds }))
  }
  return phases.reduce((best, phase) => (phase.report.acceptedRequests > best.report.acceptedRequests ? phase : best))
}

async function run(rig: Rig, order: PublisherOrder): Promise<Phase> {
  const startedAt = performance.now()
  const before = await count(rig)
  const ended = once(rig.publishers, 'message') as Promise<[PublisherReport]>
  rig.publishers.send(order)
  const readMs: number[] = []
  let isOver = false
  void ended.then(() => {
    isOver = true
  })
  const sampled = new Promise<number>((resolve) => setTimeout(resolve, order.seconds * 1000)).then(async () => {
    const after = await count(rig)
    return ((after.requests - before.requests) / (performance.now() - startedAt)) * 1000
  })
  while (!isOver) {
    const askedAt = performance.now()
    await rig.timbre.client().webhooks.list({ limit: 10 })
    readMs.push(performance.now() - askedAt)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const [report] = await ended
  readMs.sort((a, b) => a - b)
  return {
    seconds: order.seconds,
    report,
    deliveredPerSecond: await sampled,
    readMsP99: readMs[Math.floor(readMs.length * 0.99)] ?? 0,
  }
}

async function count({ receiver }: Rig): Promise<ReceiverCount> {
  receiver.send('count')
  const [answer] = (await once(receiver, 'message')) as [ReceiverCount]
  return answer
}

/** Until the ids that are expected have come, or nothing more comes. */
async function drained(rig: Rig, expected = Number.POSITIVE_INFINITY): Promise<ReceiverCount> {
  const endsBy = performance.now() + DRAIN_MS_MAX
  let last = await count(rig)
  let changedAt = performance.now()
  while (last.uniqueIds < expected && performance.now() < Math.min(changedAt + STILL_MS, endsBy)) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    const now = await count(rig)
    if (now.requests !== last.requests) changedAt = performance.now()
    last = now
  }
  return last
}

/** The most that the process ever had resident, MB, as Linux keeps it. */
function peakMemoryMb(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

function describe({ report, seconds, deliveredPerSecond, readMsP99 }: Phase): string {
  const rate = (total: number) => `${(total / seconds).toFixed(0)}/s`
  const ms = ({ p50, p99, max }: { p50: number; p99: number; max: number }) =>
    `p50 ${p50.toFixed(0)} p99 ${p99.toFixed(0)} max ${max.toFixed(0)} ms`
  return [
    `offered ${rate(report.offered)} (${rate(report.offeredEvents)} events)`,
    `202 ${rate(report.acceptedRequests)} (${rate(report.acceptedEvents)} events) ${ms(report.acceptedMs)}`,
    `429 ${rate(report.refused)} ${ms(report.refusedMs)}`,
    `others ${JSON.stringify(report.others)}`,
    `delivered ${deliveredPerSecond.toFixed(0)}/s`,
    `reads p99 ${readMsP99.toFixed(0)} ms`,
    `generator ${report.ownDelayMsP99.toFixed(0)} ms late`,
  ].join(' | ')
}

if (import.meta.main) {
  const argument = (name: string) => {
    const index = process.argv.indexOf(name)
    return index === -1 ? undefined : Number(process.argv[index + 1])
  }
  const quick = process.argv.includes('--quick')
  console.log(`${cpus().length} cores, Node ${process.version}`)
  const log = (line: string) => console.log(line)
  const measurements = await measure({ rounds: argument('--rounds') ?? 1, quick, log }, argument('--seconds'))
  for (const { name, unit, values, budget } of measurements) {
    const shown = values.map((value) => value.toFixed(2)).join(', ')
    console.log(`${name}: ${shown} ${unit}${budget === undefined ? '' : ` (budget ${JSON.stringify(budget)})`}`)
  }
}
