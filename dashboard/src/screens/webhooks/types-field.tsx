// Owns the choice of event types from the catalogue.
import { LoadingRows } from '../../ui/states.tsx'
import { useFormWords } from './form-words.ts'
import { useEventTypes } from './webhook-queries.ts'

interface TypesFieldProps {
  readonly chosen: readonly string[]
  readonly error: string | undefined
  readonly onChange: (chosen: readonly string[]) => void
}

export function TypesField({ chosen, error, onChange }: TypesFieldProps) {
  const say = useFormWords()
  const types = useEventTypes()
  const toggle = (key: string) =>
    onChange(chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key])
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1.5 text-sm font-semibold">{say('types')}</legend>
      <div className="max-h-80 overflow-auto rounded-md border border-control bg-surface">
        {types.isPending && <LoadingRows rows={3} />}
        {types.data?.map(({ key, title }) => (
          <label
            key={key}
            className="flex cursor-pointer items-start gap-3 border-b border-line px-3 py-2 last:border-b-0 hover:bg-hover"
          >
            <input
              type="checkbox"
              className="mt-1 size-4 accent-accent-text"
              checked={chosen.includes(key)}
              onChange={() => toggle(key)}
            />
            <span className="flex min-w-0 flex-col">
              <code className="font-mono text-sm">{key}</code>
              <span className="text-sm text-muted">{title}</span>
            </span>
          </label>
        ))}
      </div>
      {error !== undefined && (
        <p role="alert" className="text-sm text-fail">
          {error}
        </p>
      )}
      <p className="text-sm text-muted">{say('typesHint')}</p>
    </fieldset>
  )
}
