// Owns the number of latency: intended publish → received, at 100 and 500 events/s and at 80 % of the maximum, beside undici
// alone at the same rate to the same receiver in the same run. Each event has its own POST and one webhook; the load is open:
// it does not wait for answers, and time runs from the moment an event was meant to be published.
import { latenessNote } from './lateness-note.ts'
import { monotonicMs } from './load/monotonic.ts'
import type { AloneTarget, LoadOrder, PublishTarget } from './load/orders.ts'
import { BODY_BYTES } from './load/payload.ts'
import { Rig, sentHeaders } from './load/rig.ts'
import { type BenchOptions, type Measurement, percentile } from './measurement.ts'
import { runAlone } from './run-alone.ts'
import { closedLoop, makeOneWebhookEach } from './sustained.ts'
import { secondsOf } from './undici-alone.ts'

const SHARES = { p50: 0.5, p90: 0.9, p99: 0.99 } as const
/** The rate at which the budgets hold, and what Timbre may add there. */
const BUDGET_PER_SECOND = 500
const ADDED_MS_MAX = { p50: 5, p99: 25 } as const

type Percentiles = Readonly<Record<keyof typeof SHARES, number>>

interface Pair {
  readonly perSecond: number
  readonly timbre: Percentiles
  readonly alone: Percentiles
  readonly note: string | undefined
}

export async function measure(options: BenchOptions): Promise<Measurement[]> {
  const rates: readonly { readonly label: string; readonly perSecond?: number }[] = [
    { label: '100/s', perSecond: 100 },
    { label: '500/s', perSecond: BUDGET_PER_SECOND },
    { label: '80 % of the maximum' },
  ]
  const pairs = new Map<string, Pair[]>(rates.map(({ label }) => [label, []]))
  const rig = await Rig.start(1)
  try {
    const target = await makeOneWebhookEach(rig, await rig.timbre())
    const alone = await probed(rig, target)
    for (let round = 1; round <= options.rounds; round++) {
      for (const { label, ...rate } of rates) {
        const perSecond = rate.perSecond ?? Math.round((await maximumNow(rig, target, options)) * 0.8)
        const pair = await measurePair(rig, { target, alone, perSecond }, options)
        pairs.get(label)?.push(pair)
        options.log(`latency, round ${round} of ${options.rounds}, ${label} (${perSecond}/s): ${textOf(pair)}`)
      }
    }
  } finally {
    await rig.stop()
  }
  return rates.flatMap(({ label, perSecond }) =>
    measurementsOf(label, pairs.get(label) ?? [], perSecond === BUDGET_PER_SECOND),
  )
}

function measurementsOf(label: string, pairs: readonly Pair[], hasBudget: boolean): Measurement[] {
  const rates = [...new Set(pairs.map(({ perSecond }) => perSecond))].join(', ')
  const noted = [`${rates} events/s`, ...pairs.flatMap(({ note }) => note ?? [])].join('; ')
  const of = (name: string, value: (pair: Pair) => number, budget?: Measurement['budget']): Measurement => ({
    name: `latency at ${label}, ${name}`,
    unit: 'ms',
    values: pairs.map(value),
    note: noted,
    ...(budget === undefined ? {} : { budget }),
  })
  const added = (share: keyof typeof ADDED_MS_MAX) =>
    of(
      `${share} over undici alone`,
      ({ timbre, alone }) => timbre[share] - alone[share],
      hasBudget ? { atMost: ADDED_MS_MAX[share] } : undefined,
    )
  return [
    of('p50', ({ timbre }) => timbre.p50),
    of('p90', ({ timbre }) => timbre.p90),
    of('p99', ({ timbre }) => timbre.p99),
    of('undici alone p50', ({ alone }) => alone.p50),
    of('undici alone p99', ({ alone }) => alone.p99),
    added('p50'),
    added('p99'),
  ]
}

/** Events per second, each by its own POST to one webhook. Measured just before: the machine is not the same some minutes later. */
async function maximumNow(rig: Rig, target: PublishTarget, options: BenchOptions): Promise<number> {
  const sample = async () => ({ at: monotonicMs(), count: rig.received })
  const seconds = secondsOf(rig, options, { warmUp: 2, window: 5 })
  const { before, after } = await rig.run(closedLoop(rig, target, 1), seconds, sample)
  return ((after.count - before.count) * 1000) / (after.at - before.at)
}

async function probed(rig: Rig, target: PublishTarget): Promise<AloneTarget> {
  const order = { kind: 'publish open', target, bodyBytes: BODY_BYTES.small, perSecond: 100 } as const
  const { taken } = await rig.run(order, { warmUp: 0.5, window: 0.5 }, async () => undefined)
  return { urls: rig.urls, ca: rig.certificates.ca, headers: sentHeaders(taken.head) }
}

async function measurePair(
  rig: Rig,
  what: { readonly target: PublishTarget; readonly alone: AloneTarget; readonly perSecond: number },
  options: BenchOptions,
): Promise<Pair> {
  const shared = { bodyBytes: BODY_BYTES.small, perSecond: what.perSecond } as const
  const alone = await runOnce(rig, { kind: 'alone open', target: what.alone, ...shared }, options)
  const timbre = await runOnce(rig, { kind: 'publish open', target: what.target, ...shared }, options)
  const { perSecond } = what
  return { perSecond, timbre: timbre.percentiles, alone: alone.percentiles, note: timbre.note ?? alone.note }
}

async function runOnce(
  rig: Rig,
  order: LoadOrder,
  { quick }: BenchOptions,
): Promise<{ readonly percentiles: Percentiles; readonly note: string | undefined }> {
  const seconds = quick ? { warmUp: 1, window: 2 } : { warmUp: 5, window: 7 }
  const { load, taken } = await rig.run(order, seconds, async () => undefined)
  const at = (share: number) => percentile(taken.latenciesMs, share)
  return {
    percentiles: { p50: at(SHARES.p50), p90: at(SHARES.p90), p99: at(SHARES.p99) },
    note: latenessNote(load),
  }
}

function textOf({ timbre, alone, note }: Pair): string {
  const shown = ({ p50, p99 }: Percentiles) => `p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} ms`
  return `Timbre ${shown(timbre)} | undici alone ${shown(alone)}${note === undefined ? '' : ` | ${note}`}`
}

if (import.meta.main) await runAlone(measure)
