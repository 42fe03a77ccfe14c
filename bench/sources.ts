// Owns the number of sources: signed requests of a provider at a rate, each its own call, beside publish requests at a rate; what
// each waits for its response, and what the publish requests wait for without sources. Load goes to 127.0.0.1 only.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { sampleCall } from '@timbre/contract/providers/sample-calls.ts'
import { signedBy, TEST_SECRETS } from '@timbre/contract/providers/testing/test-signers.ts'
import { TimbreProcess } from '../test/support/timbre-process.ts'
import { type CpuTime, cpuTime, cpuTimeEach, totalOf } from './cpu-time.ts'
import type { BenchOptions, Measurement } from './measurement.ts'
import type { PublisherOrder, PublisherReport } from './publisher-process.ts'
import { runAlone } from './run-alone.ts'

const KIND = 'retell'
const SIGNED_PER_SECOND = 1000
const PUBLISHED_PER_SECOND = 500
const CONNECTIONS_MAX = 200
/** Signed beforehand: a signature is good for five minutes. */
const WARM_UP_SECONDS = 3

type Requests = PublisherOrder['requests']

interface Round {
  readonly alone: PublisherReport
  readonly beside: PublisherReport
  readonly signed: PublisherReport
  /** Of a signed request: of what was used beside what publishing alone used. */
  readonly cpu: CpuTime
  readonly seconds: number
}

export async function measure(options: BenchOptions): Promise<Measurement[]> {
  const rounds: Round[] = []
  for (let round = 1; round <= options.rounds; round++) rounds.push(await measureRound(options))
  const of = (value: (round: Round) => number) => rounds.map(value)
  return [
    {
      name: 'sources: signed requests taken',
      unit: 'requests/s',
      values: of(({ signed, seconds }) => signed.acceptedRequests / seconds),
      budget: { atLeast: 0.97 * SIGNED_PER_SECOND },
    },
    { name: 'sources: CPU of a signed request', unit: 'µs', values: of(({ cpu }) => totalOf(cpu)) },
    { name: 'sources: 200, p50', unit: 'ms', values: of(({ signed }) => signed.acceptedMs.p50) },
    { name: 'sources: 200, p99', unit: 'ms', values: of(({ signed }) => signed.acceptedMs.p99) },
    {
      name: 'sources: anything but 200',
      unit: 'answers',
      values: of(({ signed }) => signed.refused + Object.values(signed.others).reduce((sum, count) => sum + count, 0)),
      budget: { atMost: 0 },
    },
    { name: 'publish beside sources: 202, p50', unit: 'ms', values: of(({ beside }) => beside.acceptedMs.p50) },
    { name: 'publish beside sources: 202, p99', unit: 'ms', values: of(({ beside }) => beside.acceptedMs.p99) },
    { name: 'publish without sources: 202, p99', unit: 'ms', values: of(({ alone }) => alone.acceptedMs.p99) },
  ]
}

async function measureRound({ quick, log }: BenchOptions): Promise<Round> {
  const seconds = quick ? 5 : 15
  const timbre = new TimbreProcess({ settings: { TIMBRE_LIMIT_PUBLISH: '0' } })
  await timbre.start()
  const generators = [generator(), generator()] as const
  try {
    const port = Number(new URL(timbre.address).port)
    const { url } = await timbre.client().sources.create({ name: 'bench', kind: KIND, secret: TEST_SECRETS[KIND] })
    const publishing = {
      port,
      requests: publishes(timbre),
      rate: PUBLISHED_PER_SECOND,
      connectionsMax: CONNECTIONS_MAX,
    }
    await run(generators[0], { ...publishing, seconds: WARM_UP_SECONDS })
    const idle = cpuTime(timbre.pid)
    const alone = await run(generators[0], { ...publishing, seconds })
    const used = cpuTimeEach(idle, cpuTime(timbre.pid), Math.max(alone.acceptedRequests, 1))
    const requests = signedRequests(url, SIGNED_PER_SECOND * seconds)
    const signing = { port, requests, rate: SIGNED_PER_SECOND, connectionsMax: CONNECTIONS_MAX, seconds }
    const before = cpuTime(timbre.pid)
    const [beside, signed] = await Promise.all([
      run(generators[0], { ...publishing, seconds }),
      run(generators[1], signing),
    ])
    const cpu = cpuOfSigned(cpuTimeEach(before, cpuTime(timbre.pid), 1), used, beside, signed)
    log(
      `sources: ${(signed.acceptedRequests / seconds).toFixed(0)} signed requests/s, p50 ${signed.acceptedMs.p50.toFixed(1)} ms, ` +
        `p99 ${signed.acceptedMs.p99.toFixed(1)} ms; publish p99 ${alone.acceptedMs.p99.toFixed(1)} ms alone, ` +
        `${beside.acceptedMs.p99.toFixed(1)} ms beside; generators late by ${signed.ownDelayMsP99.toFixed(0)} ms at p99; ` +
        `CPU of a signed request ${totalOf(cpu).toFixed(0)} µs, ${cpu.main.toFixed(0)} of them on the main thread, of a publish ${totalOf(used).toFixed(0)} µs`,
    )
    return { alone, beside, signed, cpu, seconds }
  } finally {
    for (const process of generators) process.disconnect()
    await timbre.destroy()
  }
}

function cpuOfSigned(both: CpuTime, publish: CpuTime, beside: PublisherReport, signed: PublisherReport): CpuTime {
  const ofSigned = (name: keyof CpuTime) =>
    (both[name] - publish[name] * beside.acceptedRequests) / Math.max(signed.acceptedRequests, 1)
  return { main: ofSigned('main'), writer: ofSigned('writer'), other: ofSigned('other') }
}

/** Three messages of each call, in order. */
function signedRequests(path: string, count: number): Requests {
  const now = Date.now()
  return Array.from({ length: count }, (_, nth) => {
    const payload = sampleCall(KIND, `call-${Math.floor(nth / 3)}`)[nth % 3] ?? {}
    const { headers, body } = signedBy({ kind: KIND, url: path, payload, now })
    return { text: requestText(path, { ...headers }, Buffer.from(body).toString()), events: 1 }
  })
}

function publishes(timbre: TimbreProcess): Requests {
  const { workspaceId, apiKey } = timbre
  const headers = {
    'content-type': 'application/json',
    'x-workspace-id': workspaceId,
    authorization: `Bearer ${apiKey}`,
  }
  const body = JSON.stringify({ type: 'call.completed', data: { call_id: 'c', transcript: 'x'.repeat(500) } })
  return [{ text: requestText('/v1/events', headers, body), events: 1 }]
}

function requestText(path: string, headers: Readonly<Record<string, string | undefined>>, body: string): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const length = Buffer.byteLength(body)
  return `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines.join('')}content-length: ${length}\r\n\r\n${body}`
}

function generator(): ChildProcess {
  return fork(new URL('./publisher-process.ts', import.meta.url))
}

async function run(process: ChildProcess, order: PublisherOrder): Promise<PublisherReport> {
  process.send(order)
  const [report] = await once(process, 'message')
  return report as PublisherReport // what the process answers with
}

if (import.meta.main) await runAlone(measure)
