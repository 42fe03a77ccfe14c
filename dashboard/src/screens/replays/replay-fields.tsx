// Owns the fields of a replay: from when to when, and what of it.
import type { ReplaySelection } from '@getsupervisor/agents-studio-sdk'
import { Field, INPUT, TextInput } from '../../ui/field.tsx'
import type { Range } from './replay-range.ts'
import { useReplayWords } from './replay-words.ts'

const SELECTIONS: readonly ReplaySelection[] = ['failed', 'missing', 'all']

interface FieldsProps {
  readonly range: Range
  readonly only: ReplaySelection
  readonly onRange: (range: Range) => void
  readonly onOnly: (only: ReplaySelection) => void
}

export function ReplayFields({ range, only, onRange, onOnly }: FieldsProps) {
  const say = useReplayWords()
  return (
    <>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(min(15rem,100%),1fr))] gap-3">
        {(['since', 'until'] as const).map((name) => (
          <Field key={name} label={say(name)}>
            <TextInput
              type="datetime-local"
              value={range[name]}
              onChange={({ target }) => onRange({ ...range, [name]: target.value })}
            />
          </Field>
        ))}
      </div>
      <select
        aria-label={say('only')}
        className={INPUT}
        value={only}
        onChange={({ target }) => onOnly(SELECTIONS.find((one) => one === target.value) ?? 'failed')}
      >
        {SELECTIONS.map((one) => (
          <option key={one} value={one}>
            {say(one)}
          </option>
        ))}
      </select>
    </>
  )
}
