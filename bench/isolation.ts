// Owns the number of isolation: the healthy receivers' p99 while a tenth of the webhooks hang until the timeout, beside the
// p99 without them in the same run (DESIGN §7: at most 1.25 ×). Load goes to 127.0.0.1 only, and is bounded in time.
import { latenessNote } from './lateness-note.ts'
import type { PublishTarget } from './load/orders.ts'
import { BODY_BYTES } from './load/payload.ts'
import { makeWebhooks, Rig, type Seconds } from './load/rig.ts'
import { type BenchOptions, type Measurement, median, percentile } from './measurement.ts'
import { runAlone } from './run-alone.ts'

const WEBHOOKS = 50
const HANGING = WEBHOOKS / 10
const PER_SECOND = 300

/**
 * In turn, so that what slows the machine down for a moment slows both, and is one window of several. With nothing hanging on either
 * side one window's p99 was 0.6 to 2.4 × the other's: of five the median says little.
 */
const WINDOWS = 15
const WINDOWS_QUICK = 3

interface Latencies {
  readonly p50: number
  readonly p99: number
  readonly note: string | undefined
}

interface Pair {
  readonly without: Latencies
  readonly beside: Latencies
}

export async function measure(options: BenchOptions): Promise<Measurement[]> {
  const pairs: Pair[] = []
  for (let round = 1; round <= options.rounds; round++) {
    const { without, beside } = await measurePair(options)
    pairs.push({ without, beside })
    options.log(
      `isolation, round ${round} of ${options.rounds}: without p50 ${ms(without.p50)} p99 ${ms(without.p99)} | ` +
        `beside hanging ones p50 ${ms(beside.p50)} p99 ${ms(beside.p99)}`,
    )
  }
  const notes = pairs.flatMap(({ without, beside }) => without.note ?? beside.note ?? [])
  const about = `${PER_SECOND} events/s to ${WEBHOOKS} webhooks, ${HANGING} of them hanging; medians of ${WINDOWS} windows in turn`
  const note = [about, ...notes].join('; ')
  return [
    {
      name: 'isolation: p99 of the healthy beside hanging ones, to the p99 without',
      unit: '×',
      values: pairs.map(({ without, beside }) => beside.p99 / without.p99),
      budget: { atMost: 1.25 },
      note,
    },
    { name: 'isolation: p99 without hanging ones', unit: 'ms', values: pairs.map(({ without }) => without.p99) },
    { name: 'isolation: p99 beside hanging ones', unit: 'ms', values: pairs.map(({ beside }) => beside.p99) },
  ]
}

/** Publish → received at the healthy receivers, on a server of its own each. */
async function measurePair({ quick }: BenchOptions): Promise<Pair> {
  const seconds = quick ? { warmUp: 1, window: 2 } : { warmUp: 1, window: 4 }
  const plain = await Rig.start(1)
  const hampered = await Rig.start(1)
  try {
    const without = await makeTarget(plain, 0)
    const beside = await makeTarget(hampered, HANGING)
    const windows: Pair[] = []
    for (let nth = 0; nth < (quick ? WINDOWS_QUICK : WINDOWS); nth++) {
      windows.push({
        without: await latencies(plain, without, seconds),
        beside: await latencies(hampered, beside, seconds),
      })
    }
    return {
      without: middle(windows.map((window) => window.without)),
      beside: middle(windows.map((window) => window.beside)),
    }
  } finally {
    await plain.stop()
    await hampered.stop()
  }
}

async function makeTarget(rig: Rig, hanging: number): Promise<PublishTarget> {
  const path = (index: number) => `${rig.urls[0]}/${index < hanging ? 'hang' : 'fine'}/${index}`
  // One webhook per agent, so that an event goes to exactly one of them.
  const groups = Array.from({ length: WEBHOOKS }, (_, index) => [path(index)])
  return makeWebhooks(await rig.timbre(), groups)
}

async function latencies(rig: Rig, target: PublishTarget, seconds: Seconds): Promise<Latencies> {
  const order = { kind: 'publish open', target, bodyBytes: BODY_BYTES.small, perSecond: PER_SECOND } as const
  const { taken, load } = await rig.run(order, seconds, async () => undefined)
  const at = (share: number) => percentile(taken.latenciesMs, share)
  return { p50: at(0.5), p99: at(0.99), note: latenessNote(load) }
}

function middle(windows: readonly Latencies[]): Latencies {
  const of = (value: (window: Latencies) => number) => median(windows.map(value))
  return {
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    note: windows.find(({ note }) => note !== undefined)?.note,
  }
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`
}

if (import.meta.main) await runAlone(measure)
