// Owns a field of lines that can be added and removed, each with inputs of its own.
import { Plus, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, IconButton } from './button.tsx'

/** Where it is narrow, the first input has a line of its own, and the button stands beside the last. */
const WRAPPED = 'grid grid-cols-[minmax(0,1fr)_auto] gap-2 *:first:col-span-2 sm:flex'

interface LinesFieldProps<Line extends { readonly key: number }> {
  readonly legend: string
  readonly hint: string
  readonly error: string | undefined
  readonly addName: string
  readonly removeName: string
  readonly lines: readonly Line[]
  /** A new one, without its key. */
  readonly empty: Omit<Line, 'key'>
  readonly isWrapped?: boolean
  /** The inputs of one. */
  readonly line: (one: Line, change: (part: Partial<Line>) => void) => ReactNode
  readonly onChange: (lines: Line[]) => void
}

export function LinesField<Line extends { readonly key: number }>(props: LinesFieldProps<Line>) {
  const { legend, hint, error, addName, removeName, lines, empty, isWrapped = false, line, onChange } = props
  const change = (key: number) => (part: Partial<Line>) =>
    onChange(lines.map((one) => (one.key === key ? { ...one, ...part } : one)))
  const add = () => {
    const key = Math.max(-1, ...lines.map((one) => one.key)) + 1
    // A line is its key and what an empty one has.
    onChange([...lines, { key, ...empty } as unknown as Line])
  }
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1.5 text-sm font-semibold">{legend}</legend>
      {lines.map((one) => (
        <div key={one.key} className={isWrapped ? WRAPPED : 'flex gap-2'}>
          {line(one, change(one.key))}
          <IconButton label={removeName} onClick={() => onChange(lines.filter(({ key }) => key !== one.key))}>
            <Trash2 size={16} aria-hidden />
          </IconButton>
        </div>
      ))}
      <div>
        <Button onClick={add}>
          <Plus size={15} aria-hidden /> {addName}
        </Button>
      </div>
      {error !== undefined && (
        <p role="alert" className="text-sm text-fail">
          {error}
        </p>
      )}
      <p className="text-sm text-muted">{hint}</p>
    </fieldset>
  )
}
