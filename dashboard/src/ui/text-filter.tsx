// Owns a filter that is written: taken when it is whole, not at every letter, because the service is asked for it.
import { useId } from 'react'

export const FILTER = 'h-9 w-full min-w-0 rounded-md border border-control bg-surface px-2.5 text-sm text-ink sm:w-44'

interface TextFilterProps {
  readonly label: string
  readonly value: string | undefined
  readonly onChange: (value: string) => void
}

export function TextFilter({ label, value, onChange }: TextFilterProps) {
  const id = useId()
  // A change from elsewhere begins it anew.
  const take = (text: string) => text.trim() !== (value ?? '') && onChange(text.trim())
  return (
    <form
      key={value}
      onSubmit={(event) => {
        event.preventDefault()
        take(String(new FormData(event.currentTarget).get(id)))
      }}
    >
      <input
        name={id}
        aria-label={label}
        placeholder={label}
        defaultValue={value}
        spellCheck={false}
        onBlur={(event) => take(event.target.value)}
        className={`${FILTER} ${value === undefined ? '' : 'border-accent-text font-semibold'}`}
      />
    </form>
  )
}
