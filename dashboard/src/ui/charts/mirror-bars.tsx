// Owns bars of two counts, one upwards and one downwards: the direction says which, as the colour does, so that neither is needed alone.
import { type PointerEvent, useState } from 'react'
import { mirrorScale } from './scale.ts'

export interface MirrorBar {
  /** When, in words. */
  readonly name: string
  readonly up: number
  readonly down: number
}

interface MirrorBarsProps {
  readonly bars: readonly MirrorBar[]
  /** What a screen reader says of all of it. */
  readonly label: string
  readonly count: (value: number) => string
  /** Without its scale, in a line of a list. */
  readonly isSmall?: boolean
  /** Of the bar that is pointed at; undefined: none is. */
  readonly onPoint?: (bar: MirrorBar | undefined) => void
}

/** In the units of the drawing, which is stretched to whatever room there is. */
const HEIGHT = 100
const BAR_WIDTH = 0.76
/** So that one of a million is seen. */
const HEIGHT_MIN = 1.5

export function MirrorBars({ bars, label, count, isSmall = false, onPoint }: MirrorBarsProps) {
  const [at, setAt] = useState<number>()
  const { upEnd, downEnd } = mirrorScale(bars)
  const unit = HEIGHT / (upEnd + downEnd)
  const zero = upEnd * unit
  const heightOf = (value: number) => (value === 0 ? 0 : Math.max(value * unit, HEIGHT_MIN))
  const point = (index: number | undefined) => {
    setAt(index)
    onPoint?.(index === undefined ? undefined : bars[index])
  }
  const pointAt = ({ clientX, currentTarget }: PointerEvent<SVGSVGElement>) => {
    const { left, width } = currentTarget.getBoundingClientRect()
    point(Math.min(Math.max(Math.floor(((clientX - left) / width) * bars.length), 0), bars.length - 1))
  }
  return (
    <div className="relative">
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${Math.max(bars.length, 1)} ${HEIGHT}`}
        preserveAspectRatio="none"
        className={`block w-full ${isSmall ? 'h-8' : 'h-44'}`}
        onPointerMove={pointAt}
        onPointerLeave={() => point(undefined)}
      >
        {at !== undefined && <rect x={at} y={0} width={1} height={HEIGHT} className="fill-hover" />}
        {bars.map(({ name, up, down }, index) => (
          <g key={name}>
            <Bar at={index} y={zero - heightOf(up)} height={heightOf(up)} look="fill-chart-good" />
            <Bar at={index} y={zero} height={heightOf(down)} look="fill-chart-bad" />
          </g>
        ))}
        <line
          x1={0}
          x2={bars.length}
          y1={zero}
          y2={zero}
          vectorEffect="non-scaling-stroke"
          className="stroke-control"
          strokeWidth={1}
        />
      </svg>
      {!isSmall && <End place="top-0">{count(upEnd)}</End>}
      {!isSmall && downEnd > 0 && <End place="bottom-0">{count(Math.ceil(downEnd))}</End>}
    </div>
  )
}

/** Where the scale ends. */
function End({ place, children }: { readonly place: string; readonly children: string }) {
  return (
    <span aria-hidden className={`pointer-events-none absolute left-0 text-xs text-muted tabular-nums ${place}`}>
      {children}
    </span>
  )
}

interface BarProps {
  readonly at: number
  readonly y: number
  readonly height: number
  readonly look: string
}

function Bar({ at, y, height, look }: BarProps) {
  if (height === 0) return null
  return <rect x={at + (1 - BAR_WIDTH) / 2} y={y} width={BAR_WIDTH} height={height} className={look} />
}
