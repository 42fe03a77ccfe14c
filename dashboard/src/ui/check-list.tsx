// Owns a choice of several, each with what it means.
import { LoadingRows } from './states.tsx'

interface CheckListProps<V extends string> {
  readonly legend: string
  readonly options: readonly { readonly value: V; readonly meaning: string }[]
  readonly chosen: readonly V[]
  readonly error?: string | undefined
  readonly hint?: string
  /** The options are on their way, and are many: the list has its height before they are there. */
  readonly isPending?: boolean
  readonly onChange: (chosen: readonly V[]) => void
}

export function CheckList<V extends string>(props: CheckListProps<V>) {
  const { legend, options, chosen, error, hint, isPending, onChange } = props
  const toggle = (value: V) =>
    onChange(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value])
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1.5 text-sm font-semibold">{legend}</legend>
      <div
        className={`rounded-md border border-control bg-surface ${isPending === undefined ? '' : 'h-80 overflow-auto'}`}
      >
        {isPending === true && <LoadingRows rows={3} />}
        {options.map(({ value, meaning }) => (
          <label
            key={value}
            className="flex cursor-pointer items-start gap-3 border-b border-line px-3 py-2 last:border-b-0 hover:bg-hover"
          >
            <input
              type="checkbox"
              className="mt-1 size-4 accent-accent-text"
              checked={chosen.includes(value)}
              onChange={() => toggle(value)}
            />
            <span className="flex min-w-0 flex-col">
              <code className="font-mono text-sm">{value}</code>
              <span className="text-sm text-muted">{meaning}</span>
            </span>
          </label>
        ))}
      </div>
      {error !== undefined && (
        <p role="alert" className="text-sm text-fail">
          {error}
        </p>
      )}
      {hint !== undefined && <p className="text-sm text-muted">{hint}</p>}
    </fieldset>
  )
}
