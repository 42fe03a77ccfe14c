// Owns the field of a webhook's own headers: a line for each.
import { INPUT } from '../../ui/field.tsx'
import { LinesField } from '../../ui/lines-field.tsx'
import type { FormValues } from './form-values.ts'
import { useFormWords } from './form-words.ts'

interface HeadersFieldProps {
  readonly headers: FormValues['headers']
  readonly error: string | undefined
  readonly onChange: (headers: FormValues['headers']) => void
}

export function HeadersField({ headers, error, onChange }: HeadersFieldProps) {
  const say = useFormWords()
  return (
    <LinesField
      legend={say('headers')}
      hint={say('headersHint')}
      error={error}
      addName={say('addHeader')}
      removeName={say('removeHeader')}
      lines={headers}
      empty={{ name: '', value: '' }}
      onChange={onChange}
      line={({ name, value }, change) => (
        <>
          <input
            aria-label={say('headerName')}
            placeholder="X-Name"
            spellCheck={false}
            className={`${INPUT} min-w-0 flex-1 font-mono text-sm`}
            value={name}
            onChange={(event) => change({ name: event.target.value })}
          />
          <input
            aria-label={say('headerValue')}
            spellCheck={false}
            className={`${INPUT} min-w-0 flex-2 font-mono text-sm`}
            value={value}
            onChange={(event) => change({ value: event.target.value })}
          />
        </>
      )}
    />
  )
}
