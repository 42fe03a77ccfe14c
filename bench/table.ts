// Owns the table that a run prints, and how a figure is written. Must never round a value before it is compared.
import { isWithinBudget, type Measurement, median, spread } from './measurement.ts'

const HEADINGS = ['Number', 'Unit', 'Median', 'Spread', 'Budget', 'Within'] as const

export function tableOf(measurements: readonly Measurement[]): string {
  const rows = [HEADINGS, ...measurements.map(row)]
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  const lines = rows.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
  return [...lines, '', ...notesOf(measurements)].map((line) => line.trimEnd()).join('\n')
}

/** Each note once, with the first number that it belongs to. */
function notesOf(measurements: readonly Measurement[]): readonly string[] {
  const noted = Map.groupBy(
    measurements.filter(({ note }) => note !== undefined),
    ({ note }) => note,
  )
  return [...noted].map(([note, [first, ...others]]) => {
    const more = others.length === 0 ? '' : ` and ${others.length} more`
    return `${first?.name}${more}: ${note}`
  })
}

/** Three significant digits, and all of the whole part. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return 'not measured'
  const size = Math.abs(value)
  if (size >= 100) return Math.round(value).toLocaleString('en')
  return value.toFixed(size >= 10 ? 1 : 2)
}

export function budgetText({ budget }: Measurement): string {
  if (budget?.atLeast !== undefined) return `≥ ${budget.atLeast}`
  return budget?.atMost !== undefined ? `≤ ${budget.atMost}` : ''
}

function row(measurement: Measurement): readonly string[] {
  const { min, max } = spread(measurement.values)
  const within = isWithinBudget(measurement)
  return [
    measurement.name,
    measurement.unit,
    figure(median(measurement.values)),
    `${figure(min)} – ${figure(max)}`,
    budgetText(measurement),
    within === undefined ? '' : within ? 'yes' : 'NO',
  ]
}
