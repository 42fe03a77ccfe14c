// Owns a row of the list: which columns there are at which width, and what they say of an exchange. Pure.
import { durationText } from '../../../frame/times.ts'
import { type Exchange, isSuccess, statusOf } from '../exchange.ts'
import { repeatText } from '../report-lines.ts'
import { fitTo } from './cells.ts'
import { type Line, line, type Span } from './line.ts'

interface Column {
  readonly head: string
  /** Cells in a terminal of so many columns; 0: what is left. */
  readonly width: (columns: number) => number
  readonly span: (exchange: Exchange, columns: number) => Span
  /** Shown from this many columns of the terminal on, and below that many. */
  readonly from: number
  readonly below?: number
}

/** From so many columns on there is room for a whole type beside the call. */
const MIDDLE = 60
/** From so many on, for words and not only for signs. */
const NOTED = 76
const WIDE = 100

const COLUMNS: readonly Column[] = [
  {
    head: 'time',
    width: () => 8,
    from: MIDDLE,
    span: ({ forwardedAt }) => ({ text: clockText(forwardedAt), isDim: true }),
  },
  {
    head: 'HTTP',
    width: () => 4,
    from: 0,
    span: (one) => ({
      text: one.response === null ? '–' : String(statusOf(one)),
      tone: isSuccess(one) ? 'green' : 'red',
    }),
  },
  {
    head: 'type',
    width: (columns) => (columns < MIDDLE ? 0 : columns < WIDE ? 20 : 23),
    from: 0,
    span: ({ type }) => ({ text: type }),
  },
  { head: 'call is', width: () => 13, from: WIDE, span: ({ callStatus }) => ({ text: callStatus ?? '' }) },
  { head: 'call', width: () => 0, from: MIDDLE, span: ({ callId }) => ({ text: callId ?? '' }) },
  { head: 'event', width: () => 30, from: 150, span: ({ eventId }) => ({ text: eventId, isDim: true }) },
  { head: 'took', width: () => 7, from: 30, span: ({ durationMs }) => ({ text: durationText(durationMs) }) },
  { head: '', width: (columns) => (columns < WIDE ? 8 : 18), from: NOTED, span: noteOf },
  { head: '', width: () => 1, from: 0, below: NOTED, span: signOf },
]

const GAP = '  '
/** The sign before the chosen one; also where there are no colours. */
const CHOSEN = '›'

export function headLine(columns: number): Line {
  return line({ text: `  ${cellsOf(columns, ({ head }) => head).join(GAP)}`, isDim: true })
}

export function rowLine(exchange: Exchange, columns: number, isChosen: boolean): Line {
  const shownColumns = columnsAt(columns)
  const cells = cellsOf(columns, ({ span }) => span(exchange, columns).text)
  const spans = shownColumns.map(
    ({ span }, at): Span => ({ ...span(exchange, columns), text: `${at === 0 ? '' : GAP}${cells[at]}` }),
  )
  return { ...line({ text: isChosen ? `${CHOSEN} ` : '  ' }, ...spans), isChosen }
}

/** Words do not fit into a narrow terminal. */
function signOf({ isRepeat, origin, error }: Exchange): Span {
  if (error !== null) return { text: '!', tone: 'red' }
  return { text: isRepeat ? '↻' : origin === 'edited' ? '✎' : '', tone: 'yellow' }
}

function noteOf(exchange: Exchange, columns: number): Span {
  if (exchange.origin === 'edited') return { text: 'edited', tone: 'cyan' }
  if (exchange.error !== null) return { text: exchange.error, tone: 'red' }
  const { attempt, isRepeat } = exchange
  const brief = isRepeat ? `again${attempt > 1 ? ` ${attempt}` : ''}` : ''
  return { text: columns < WIDE ? brief : repeatText(exchange), tone: 'yellow' }
}

function columnsAt(columns: number): readonly Column[] {
  return COLUMNS.filter(({ from, below = Number.POSITIVE_INFINITY }) => columns >= from && columns < below)
}

function cellsOf(columns: number, textOf: (column: Column) => string): string[] {
  const all = columnsAt(columns)
  const widths = all.map(({ width }) => width(columns))
  const fixed = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (all.length - 1) + 2
  const left = Math.max(columns - fixed, 4)
  return all.map((column, at) => fitTo(textOf(column), widths[at] || left))
}

/** By the clock of the person who looks. */
export function clockText(ms: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const at = new Date(ms)
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}
