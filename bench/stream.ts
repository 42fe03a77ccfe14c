// Owns the number of the live stream: 200 readers of GET /v1/deliveries/stream while 1,000 deliveries/s are made, beside the same load
// without readers. Each event has its own POST and one webhook; each delivery has two changes. Load goes to 127.0.0.1 only.
import type { TimbreProcess } from '../test/support/timbre-process.ts'
import { type CpuTime, cpuTime, totalOf } from './cpu-time.ts'
import { latenessNote } from './lateness-note.ts'
import { Child } from './load/child.ts'
import { monotonicMs, sleep } from './load/monotonic.ts'
import type { LoadOrder, StreamRead, StreamReaderOrder } from './load/orders.ts'
import { BODY_BYTES } from './load/payload.ts'
import { Rig } from './load/rig.ts'
import { type BenchOptions, type Measurement, percentile } from './measurement.ts'
import { runAlone } from './run-alone.ts'
import { deliveredCount, residentMiB } from './server-counts.ts'
import { makeOneWebhookEach } from './sustained.ts'

const READERS = 200
const PER_SECOND = 1000
const CHANGES_OF_DELIVERY = 2
const PROBE_EVERY = 20
const SAMPLE_EVERY_MS = 250

interface Window {
  readonly perSecond: number
  readonly cpuMicros: number
  readonly mainMicros: number
  readonly residentMiB: number
  readonly framesPerSecond: number
  readonly agesMs: readonly number[]
  readonly note: string | undefined
}

interface Round {
  readonly without: Window
  readonly withReaders: Window
  /** Frames that a reader should have had and had not, or had twice, over all readers. */
  readonly wrongFrames: number
}

export async function measure(options: BenchOptions): Promise<Measurement[]> {
  const rounds: Round[] = []
  for (let round = 1; round <= options.rounds; round++) {
    const measured = await measureRound(options)
    rounds.push(measured)
    options.log(`live stream, round ${round} of ${options.rounds}: ${textOf(measured)}`)
  }
  const notes = new Set(
    rounds.flatMap(({ without, withReaders }) => [without.note ?? [], withReaders.note ?? []].flat()),
  )
  const note = [
    `${READERS} readers, ${PER_SECOND} deliveries/s, one in ${PROBE_EVERY} readers measured`,
    ...notes,
  ].join('; ')
  const of = (name: string, unit: string, value: (round: Round) => number, budget?: Measurement['budget']) => ({
    name: `live stream: ${name}`,
    unit,
    values: rounds.map(value),
    note,
    ...(budget === undefined ? {} : { budget }),
  })
  return [
    of('deliveries', 'deliveries/s', ({ withReaders }) => withReaders.perSecond, { atLeast: 0.97 * PER_SECOND }),
    of('frames to 200 readers', 'frames/s', ({ withReaders }) => withReaders.framesPerSecond),
    of('frames missed or shown twice', 'frames', ({ wrongFrames }) => wrongFrames, { atMost: 0 }),
    of('change to reader, p50', 'ms', ({ withReaders }) => percentile(withReaders.agesMs, 0.5)),
    of('change to reader, p99', 'ms', ({ withReaders }) => percentile(withReaders.agesMs, 0.99)),
    of('CPU of a delivery without readers', 'µs', ({ without }) => without.cpuMicros),
    of('CPU of a delivery with 200 readers', 'µs', ({ withReaders }) => withReaders.cpuMicros),
    of('CPU of a frame', 'µs', ({ without, withReaders }) => perFrame(without.cpuMicros, withReaders.cpuMicros)),
    of('most resident without readers', 'MiB', ({ without }) => without.residentMiB),
    of('most resident with 200 readers', 'MiB', ({ withReaders }) => withReaders.residentMiB),
  ]
}

async function measureRound(options: BenchOptions): Promise<Round> {
  const readers = new Child<StreamReaderOrder>(new URL('./load/stream-reader-process.ts', import.meta.url))
  const rig = await Rig.start(1, () => [readers.pid])
  try {
    const timbre = await rig.timbre({
      settings: { TIMBRE_MAX_STREAMS: String(READERS * 10), TIMBRE_LIMIT_PUBLISH: '0' },
    })
    const target = await makeOneWebhookEach(rig, timbre)
    const order = { kind: 'publish open', target, bodyBytes: BODY_BYTES.small, perSecond: PER_SECOND } as const
    const parts = { rig, timbre, readers, order }
    // In its first seconds the code is still being compiled.
    await measureWindow(parts, options)
    const without = await measureWindow(parts, options)
    const before = await deliveredCount(timbre)
    const { address, apiKey, workspaceId } = timbre
    await readers.ask({
      kind: 'open',
      target: { address, apiKey, workspaceId },
      readers: READERS,
      probeEvery: PROBE_EVERY,
    })
    const withReaders = await measureWindow(parts, options)
    const expected = ((await deliveredCount(timbre)) - before) * CHANGES_OF_DELIVERY
    const frames = await settledFrames(readers)
    await readers.ask({ kind: 'close' })
    return { without, withReaders, wrongFrames: frames.reduce((sum, count) => sum + Math.abs(count - expected), 0) }
  } finally {
    await readers.stop()
    await rig.stop()
  }
}

interface Parts {
  readonly rig: Rig
  readonly timbre: TimbreProcess
  readonly readers: Child<StreamReaderOrder>
  readonly order: LoadOrder
}

interface Sample {
  readonly atMs: number
  readonly cpu: CpuTime
  readonly delivered: number
  readonly read: StreamRead
}

async function measureWindow({ rig, timbre, readers, order }: Parts, { quick }: BenchOptions): Promise<Window> {
  const seconds = quick ? { warmUp: 2, window: 3 } : { warmUp: 4, window: 10 }
  const resident: number[] = []
  const timer = setInterval(() => resident.push(residentMiB(timbre.pid)), SAMPLE_EVERY_MS)
  const sample = async (): Promise<Sample> => ({
    atMs: monotonicMs(),
    cpu: cpuTime(timbre.pid),
    delivered: await deliveredCount(timbre),
    read: await readers.ask<StreamRead>({ kind: 'take' }),
  })
  const { load, before, after } = await rig.run(order, seconds, sample)
  clearInterval(timer)
  const [count, secondsLong] = [after.delivered - before.delivered, (after.atMs - before.atMs) / 1000]
  return {
    perSecond: count / secondsLong,
    cpuMicros: (totalOf(after.cpu) - totalOf(before.cpu)) / count,
    mainMicros: (after.cpu.main - before.cpu.main) / count,
    residentMiB: Math.max(...resident),
    framesPerSecond: (sum(after.read.frames) - sum(before.read.frames)) / secondsLong,
    agesMs: after.read.agesMs,
    note: latenessNote(load),
  }
}

/** Of each reader, when nothing comes any more. */
async function settledFrames(readers: Child<StreamReaderOrder>): Promise<readonly number[]> {
  for (let before = -1; ; await sleep(500)) {
    const { frames, open } = await readers.ask<StreamRead>({ kind: 'take' })
    if (open < READERS) throw new Error(`${READERS - open} readers were ended: they do not keep up on this machine.`)
    if (sum(frames) === before) return frames
    before = sum(frames)
  }
}

function perFrame(without: number, withReaders: number): number {
  return (withReaders - without) / (CHANGES_OF_DELIVERY * READERS)
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}

function textOf({ without, withReaders, wrongFrames }: Round): string {
  const { agesMs, framesPerSecond, perSecond } = withReaders
  const [p50, p99] = [percentile(agesMs, 0.5), percentile(agesMs, 0.99)]
  const cost = (window: Window) =>
    `${window.cpuMicros.toFixed(0)} µs (${window.mainMicros.toFixed(0)} on the main thread)`
  return (
    `${perSecond.toFixed(0)} deliveries/s, ${framesPerSecond.toFixed(0)} frames/s, ${wrongFrames} missed or twice, ` +
    `lag p50 ${p50.toFixed(0)} p99 ${p99.toFixed(0)} ms; a delivery costs ${cost(without)} without readers, ${cost(withReaders)} with; ` +
    `at most ${without.residentMiB.toFixed(0)} and ${withReaders.residentMiB.toFixed(0)} MiB`
  )
}

if (import.meta.main) await runAlone(measure)
