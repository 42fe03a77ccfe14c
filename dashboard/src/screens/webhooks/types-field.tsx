// Owns the choice of event types from the catalogue.
import { CheckList } from '../../ui/check-list.tsx'
import { useFormWords } from './form-words.ts'
import { useEventTypes } from './webhook-queries.ts'

interface TypesFieldProps {
  readonly chosen: readonly string[]
  readonly error: string | undefined
  readonly onChange: (chosen: readonly string[]) => void
}

export function TypesField({ chosen, error, onChange }: TypesFieldProps) {
  const say = useFormWords()
  const { data = [], isPending } = useEventTypes()
  return (
    <CheckList
      legend={say('types')}
      hint={say('typesHint')}
      options={data.map(({ key, title }) => ({ value: key, meaning: title }))}
      isPending={isPending}
      chosen={chosen}
      error={error}
      onChange={onChange}
    />
  )
}
