// Owns the choice of the type of an event that is published or tested.
import type { EventType } from '@getsupervisor/agents-studio-sdk'
import { Field, INPUT } from '../../ui/field.tsx'
import { usePublishWords } from './publish-words.ts'

interface TypeChoiceProps {
  readonly types: readonly EventType[]
  readonly value: string
  readonly error: string | undefined
  readonly onChange: (key: string) => void
}

export function TypeChoice({ types, value, error, onChange }: TypeChoiceProps) {
  const say = usePublishWords()
  return (
    <Field label={say('type')} hint={say('typeHint')} error={error}>
      <select
        aria-label={say('type')}
        aria-invalid={error !== undefined}
        className={`${INPUT} max-w-xl`}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      >
        {types.map(({ key, title }) => (
          <option key={key} value={key}>
            {key === title ? key : `${key} · ${title}`}
          </option>
        ))}
      </select>
    </Field>
  )
}
