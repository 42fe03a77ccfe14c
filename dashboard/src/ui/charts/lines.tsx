// Owns lines over time on a logarithmic axis. Each has a dash of its own, so that its colour is not needed.
import { logPlace } from './scale.ts'

export interface Line {
  readonly key: string
  /** One for each place on the axis of time; null: nothing was measured then. */
  readonly values: readonly (number | null)[]
  readonly look: LineLook
}

export const LINE_LOOKS = ['solid', 'dashed', 'dotted'] as const
export type LineLook = (typeof LINE_LOOKS)[number]

const LOOKS: Readonly<Record<LineLook, { readonly dash: string; readonly colour: string }>> = {
  solid: { dash: '', colour: 'stroke-chart-low' },
  dashed: { dash: '7 4', colour: 'stroke-chart-middle' },
  dotted: { dash: '1 5', colour: 'stroke-chart-high' },
}

interface LinesProps {
  readonly lines: readonly Line[]
  readonly label: string
  /** Of the axis of values; both greater than 0. */
  readonly from: number
  readonly to: number
  readonly value: (value: number) => string
}

const HEIGHT = 100

export function Lines({ lines, label, from, to, value }: LinesProps) {
  const places = Math.max(...lines.map(({ values }) => values.length), 1)
  return (
    <div className="relative">
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${places} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="block h-36 w-full border-b border-control"
      >
        {lines.map(({ key, values, look }) => (
          <g key={key}>
            <path d={pathOf(values, from, to)} {...strokeOf(look)} />
            <path d={dotsOf(values, from, to)} {...strokeOf(look)} strokeDasharray="" strokeWidth={6} />
          </g>
        ))}
      </svg>
      <span aria-hidden className="pointer-events-none absolute top-0 left-0 text-xs text-muted tabular-nums">
        {value(to)}
      </span>
      <span aria-hidden className="pointer-events-none absolute bottom-0.5 left-0 text-xs text-muted tabular-nums">
        {value(from)}
      </span>
    </div>
  )
}

/** As it is drawn in the chart, for its legend. */
export function LineSample({ look }: { readonly look: LineLook }) {
  return (
    <svg aria-hidden width={28} height={8} viewBox="0 0 28 8">
      <path d="M1 4H27" {...strokeOf(look)} />
    </svg>
  )
}

function strokeOf(look: LineLook) {
  const { dash, colour } = LOOKS[look]
  return {
    fill: 'none',
    strokeWidth: 2,
    strokeLinecap: 'round',
    strokeLinejoin: 'round',
    strokeDasharray: dash,
    vectorEffect: 'non-scaling-stroke',
    className: colour,
  } as const
}

/** With a gap where nothing was measured. */
function pathOf(values: readonly (number | null)[], from: number, to: number): string {
  return values
    .map((value, index) => {
      if (value === null) return ''
      const isFirst = index === 0 || values[index - 1] === null
      return `${isFirst ? 'M' : 'L'}${placeOf(index, value, from, to)}`
    })
    .join('')
}

/** What was measured alone, with nothing before and after it, which a line does not show. */
function dotsOf(values: readonly (number | null)[], from: number, to: number): string {
  const isAlone = (index: number) => [index - 1, index + 1].every((beside) => values[beside] == null)
  return values
    .map((value, index) => (value === null || !isAlone(index) ? '' : `M${placeOf(index, value, from, to)}h0`))
    .join('')
}

function placeOf(index: number, value: number, from: number, to: number): string {
  return `${index + 0.5} ${(HEIGHT * (1 - logPlace(value, from, to))).toFixed(2)}`
}
