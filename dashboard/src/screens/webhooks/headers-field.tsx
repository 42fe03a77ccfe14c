// Owns the field of a webhook's own headers: a line for each.
import { Plus, Trash2 } from 'lucide-react'
import { Button, IconButton } from '../../ui/button.tsx'
import { INPUT } from '../../ui/field.tsx'
import type { FormValues } from './form-values.ts'
import { useFormWords } from './form-words.ts'

interface HeadersFieldProps {
  readonly headers: FormValues['headers']
  readonly error: string | undefined
  readonly onChange: (headers: FormValues['headers']) => void
}

export function HeadersField({ headers, error, onChange }: HeadersFieldProps) {
  const say = useFormWords()
  const change = (key: number, part: Partial<FormValues['headers'][number]>) =>
    onChange(headers.map((one) => (one.key === key ? { ...one, ...part } : one)))
  const add = () =>
    onChange([...headers, { key: Math.max(-1, ...headers.map(({ key }) => key)) + 1, name: '', value: '' }])
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1.5 text-sm font-semibold">{say('headers')}</legend>
      {headers.map(({ key, name, value }) => (
        <div key={key} className="flex gap-2">
          <input
            aria-label={say('headerName')}
            placeholder="X-Name"
            spellCheck={false}
            className={`${INPUT} min-w-0 flex-1 font-mono text-sm`}
            value={name}
            onChange={(event) => change(key, { name: event.target.value })}
          />
          <input
            aria-label={say('headerValue')}
            spellCheck={false}
            className={`${INPUT} min-w-0 flex-2 font-mono text-sm`}
            value={value}
            onChange={(event) => change(key, { value: event.target.value })}
          />
          <IconButton label={say('removeHeader')} onClick={() => onChange(headers.filter((one) => one.key !== key))}>
            <Trash2 size={16} aria-hidden />
          </IconButton>
        </div>
      ))}
      <div>
        <Button onClick={add}>
          <Plus size={15} aria-hidden /> {say('addHeader')}
        </Button>
      </div>
      {error !== undefined && (
        <p role="alert" className="text-sm text-fail">
          {error}
        </p>
      )}
      <p className="text-sm text-muted">{say('headersHint')}</p>
    </fieldset>
  )
}
