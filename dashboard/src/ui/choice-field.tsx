// Owns a field with one of a few to choose from, as the browser's own list.
import { Field, INPUT } from './field.tsx'

interface ChoiceFieldProps<V extends string> {
  readonly label: string
  readonly hint?: string
  readonly error?: string | undefined
  readonly options: readonly { readonly value: V; readonly name: string }[]
  readonly value: V
  readonly onChange: (value: V) => void
}

export function ChoiceField<V extends string>({ label, hint, error, options, value, onChange }: ChoiceFieldProps<V>) {
  const take = (text: string) => {
    const chosen = options.find((one) => one.value === text)
    if (chosen !== undefined) onChange(chosen.value)
  }
  return (
    <Field label={label} error={error} {...(hint === undefined ? {} : { hint })}>
      <select aria-label={label} className={INPUT} value={value} onChange={({ target }) => take(target.value)}>
        {options.map((one) => (
          <option key={one.value} value={one.value}>
            {one.name}
          </option>
        ))}
      </select>
    </Field>
  )
}
