// Owns the fields of a form for the data of an event, groups within groups.
import { CodeText } from '../../ui/code-text.tsx'
import { Field, INPUT, TextArea, TextInput } from '../../ui/field.tsx'
import { type DataDraft, textIn } from './data-draft.ts'
import { useDataWords } from './data-words.ts'
import type { DataField } from './schema-fields.ts'

interface FieldsProps {
  readonly fields: readonly DataField[]
  readonly draft: DataDraft
  readonly faults: Readonly<Record<string, string>>
  readonly onText: (pointer: string, text: string) => void
}

export function DataFields({ fields, ...rest }: FieldsProps) {
  return (
    <div className="grid min-w-0 grid-cols-1 gap-x-6 gap-y-5 sm:grid-cols-2">
      {fields.map((field) =>
        field.kind === 'group' ? (
          <fieldset key={field.pointer} className="min-w-0 rounded-md border border-line p-4 sm:col-span-2">
            <legend className="px-1 font-mono text-sm font-semibold">{field.name}</legend>
            <DataFields fields={field.fields} {...rest} />
          </fieldset>
        ) : (
          <LeafField key={field.pointer} field={field} {...rest} />
        ),
      )}
    </div>
  )
}

function LeafField({ field, draft, faults, onText }: Omit<FieldsProps, 'fields'> & { readonly field: DataField }) {
  const say = useDataWords()
  const { pointer, name, kind, isRequired, hint, typeText } = field
  const text = textIn(draft, field)
  const set = (value: string) => onText(pointer, value)
  const told = [hint, kind === 'json' ? say('asJson', { type: typeText }) : undefined].filter(
    (one) => one !== undefined,
  )
  return (
    <div className={kind === 'json' ? 'min-w-0 sm:col-span-2' : 'min-w-0'}>
      <Field
        label={isRequired ? `${name} *` : name}
        error={faults[pointer]}
        {...(told.length === 0 ? {} : { hint: <CodeText text={told.join('. ')} /> })}
      >
        <Control field={field} text={text} set={set} />
      </Field>
    </div>
  )
}

interface ControlProps {
  readonly field: DataField
  readonly text: string
  readonly set: (text: string) => void
}

function Control({ field: { kind, choices, example, isRequired, name }, text, set }: ControlProps) {
  const say = useDataWords()
  if (kind === 'choice' || kind === 'boolean') {
    const offered = kind === 'boolean' ? ['true', 'false'] : choices
    return (
      <select aria-label={name} className={INPUT} value={text} onChange={({ target }) => set(target.value)}>
        <option value="">{say('leftOut')}</option>
        {/* What was there before, though the schema does not name it: it is the service's to refuse. */}
        {(offered.includes(text) || text === '' ? offered : [...offered, text]).map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    )
  }
  if (kind === 'json') return <TextArea rows={3} value={text} onChange={({ target }) => set(target.value)} />
  return (
    <TextInput
      value={text}
      aria-required={isRequired}
      inputMode={kind === 'number' ? 'decimal' : 'text'}
      placeholder={example}
      onChange={({ target }) => set(target.value)}
    />
  )
}
