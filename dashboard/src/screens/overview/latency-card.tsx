// Owns how long attempts took: the whole attempt over time, and each phase of it.
import type { LatencyQuantiles } from '@getsupervisor/agents-studio-sdk'
import { useLanguage } from '../../language/language.ts'
import { durationText } from '../../language/time-text.ts'
import { LINE_LOOKS, LineSample, Lines } from '../../ui/charts/lines.tsx'
import { logPlace } from '../../ui/charts/scale.ts'
import { Card } from '../../ui/page.tsx'
import { useOverviewWords } from './overview-words.ts'
import { type Counted, wholeBuckets } from './whole-buckets.ts'

const QUANTILES = ['p50', 'p95', 'p99'] as const
const PHASES = ['dns', 'connect', 'tls', 'firstByte', 'total'] as const
type Phase = (typeof PHASES)[number]

const LOOKS: Readonly<Record<Phase, string>> = {
  dns: 'bg-phase-dns',
  connect: 'bg-phase-connect',
  tls: 'bg-phase-tls',
  firstByte: 'bg-phase-wait',
  total: 'bg-phase-rest',
}

export function LatencyCard({ counted }: { readonly counted: Counted }) {
  const say = useOverviewWords()
  const { latency } = counted.total
  return (
    <Card title={say('latency')}>
      {latency.total === null ? (
        <p className="p-4 text-sm text-muted">{say('nothingSent')}</p>
      ) : (
        <div className="flex flex-col gap-5 p-4">
          <OverTime counted={counted} total={latency.total} />
          <Phases latency={latency} />
        </div>
      )}
    </Card>
  )
}

/** Whole decades around what was measured. */
function decades(values: readonly number[]): readonly [from: number, to: number] {
  const from = 10 ** Math.floor(Math.log10(Math.max(Math.min(...values), 0.1)))
  const to = 10 ** Math.ceil(Math.log10(Math.max(...values, from * 1.01)))
  return [from, to]
}

function OverTime({ counted, total }: { readonly counted: Counted; readonly total: LatencyQuantiles }) {
  const say = useOverviewWords()
  const language = useLanguage()
  const measured = wholeBuckets(counted).map(({ counts }) => counts?.latency.total ?? null)
  const there = measured.filter((one) => one !== null)
  const [from, to] = decades([total, ...there].flatMap(({ p50, p99 }) => [p50, p99]))
  const ms = (value: number) => durationText(value, language)
  const lines = QUANTILES.map((key, index) => ({
    key,
    look: LINE_LOOKS[index] ?? 'solid',
    values: measured.map((one) => one?.[key] ?? null),
  }))
  return (
    <div className="flex flex-col gap-2">
      <Lines
        lines={lines}
        from={from}
        to={to}
        value={ms}
        label={say('latencyLabel', { p50: ms(total.p50), p95: ms(total.p95), p99: ms(total.p99) })}
      />
      <p className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
        {lines.map(({ key, look }) => (
          <span key={key} className="inline-flex items-center gap-2">
            <LineSample look={look} /> {key} <span className="font-semibold tabular-nums">{ms(total[key])}</span>
          </span>
        ))}
      </p>
    </div>
  )
}

type Latency = Readonly<Record<Phase, LatencyQuantiles | null>>

function Phases({ latency }: { readonly latency: Latency }) {
  const say = useOverviewWords()
  const language = useLanguage()
  const reached = PHASES.flatMap((phase) => {
    const quantiles = latency[phase]
    return quantiles === null ? [] : [{ phase, ...quantiles }]
  })
  const [from, to] = decades(reached.flatMap(({ p50, p99 }) => [p50, p99]))
  return (
    <table className="w-full text-sm">
      <caption className="sr-only">{say('phases')}</caption>
      <thead className="text-xs text-muted">
        <tr>
          <th className="py-1 text-left font-normal">{say('phase')}</th>
          <th aria-hidden className="hidden w-1/3 sm:table-cell" />
          {QUANTILES.map((key) => (
            <th key={key} className="py-1 pl-3 text-right font-normal">
              {key}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {reached.map(({ phase, ...quantiles }) => (
          <tr key={phase} className="border-t border-line">
            <th scope="row" className="py-1.5 text-left font-normal">
              {say(phase)}
            </th>
            <td aria-hidden className="hidden pl-3 sm:table-cell">
              <Reach {...quantiles} from={from} to={to} look={LOOKS[phase]} />
            </td>
            {QUANTILES.map((key) => (
              <td key={key} className="py-1.5 pl-3 text-right whitespace-nowrap tabular-nums">
                {durationText(quantiles[key], language)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface ReachProps extends LatencyQuantiles {
  readonly from: number
  readonly to: number
  readonly look: string
}

/** From the median to the 99th of a hundred, with a mark at the 95th. */
function Reach({ p50, p95, p99, from, to, look }: ReachProps) {
  const [begin, mark, end] = [p50, p95, p99].map((ms) => 100 * logPlace(ms, from, to)) as [number, number, number]
  return (
    <span className="relative block h-3 rounded-xs bg-canvas">
      <span
        className={`absolute inset-y-0.5 rounded-xs ${look}`}
        style={{ left: `${begin}%`, width: `${Math.max(end - begin, 1)}%` }}
      />
      <span className="absolute inset-y-0 w-0.5 -translate-x-1/2 bg-ink" style={{ left: `${mark}%` }} />
    </span>
  )
}
