// Owns the number of isolation: the healthy receivers' p99 while a tenth of the webhooks hang until the timeout, beside the
// p99 without them in the same run (DESIGN §7: at most 1.25 ×). Load goes to 127.0.0.1 only, and is bounded in time.
import { latenessNote } from './lateness-note.ts'
import { BODY_BYTES } from './load/payload.ts'
import { makeWebhooks, Rig } from './load/rig.ts'
import { type BenchOptions, type Measurement, percentile } from './measurement.ts'
import { runAlone } from './run-alone.ts'

const WEBHOOKS = 50
const HANGING = WEBHOOKS / 10
const PER_SECOND = 300

interface Latencies {
  readonly p50: number
  readonly p99: number
  readonly note: string | undefined
}

export async function measure(options: BenchOptions): Promise<Measurement[]> {
  const pairs: { readonly without: Latencies; readonly beside: Latencies }[] = []
  for (let round = 1; round <= options.rounds; round++) {
    const without = await latencies(0, options)
    const beside = await latencies(HANGING, options)
    pairs.push({ without, beside })
    options.log(
      `isolation, round ${round} of ${options.rounds}: without p50 ${ms(without.p50)} p99 ${ms(without.p99)} | ` +
        `beside hanging ones p50 ${ms(beside.p50)} p99 ${ms(beside.p99)}`,
    )
  }
  const notes = pairs.flatMap(({ without, beside }) => without.note ?? beside.note ?? [])
  const note = [`${PER_SECOND} events/s to ${WEBHOOKS} webhooks, ${HANGING} of them hanging`, ...notes].join('; ')
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

/** Publish → received at the healthy receivers, on a server of its own. */
async function latencies(hanging: number, { quick }: BenchOptions): Promise<Latencies> {
  const rig = await Rig.start(1)
  try {
    const path = (index: number) => `${rig.urls[0]}/${index < hanging ? 'hang' : 'fine'}/${index}`
    // One webhook per agent, so that an event goes to exactly one of them.
    const groups = Array.from({ length: WEBHOOKS }, (_, index) => [path(index)])
    const target = await makeWebhooks(await rig.timbre(), groups)
    const { taken, load } = await rig.run(
      { kind: 'publish open', target, bodyBytes: BODY_BYTES.small, perSecond: PER_SECOND },
      quick ? { warmUp: 2, window: 3 } : { warmUp: 3, window: 10 },
      async () => undefined,
    )
    const at = (share: number) => percentile(taken.latenciesMs, share)
    return { p50: at(0.5), p99: at(0.99), note: latenessNote(load) }
  } finally {
    await rig.stop()
  }
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`
}

if (import.meta.main) await runAlone(measure)
