// Owns a small choice among few, as the browser's own list: it fits anywhere, and works with any keyboard and reader.

interface SwitchProps<V extends string> {
  readonly label: string
  readonly options: readonly { readonly value: V; readonly label: string }[]
  readonly value: V
  readonly onChange: (value: V) => void
}

export function Switch<V extends string>({ label, options, value, onChange }: SwitchProps<V>) {
  return (
    <select
      aria-label={label}
      title={label}
      value={value}
      onChange={({ target }) => {
        const chosen = options.find((one) => one.value === target.value)
        if (chosen !== undefined) onChange(chosen.value)
      }}
      className="h-9 min-w-0 flex-1 rounded-md border border-line bg-surface px-2 text-sm text-ink hover:bg-hover"
    >
      {options.map((one) => (
        <option key={one.value} value={one.value}>
          {one.label}
        </option>
      ))}
    </select>
  )
}
