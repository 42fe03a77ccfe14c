// Owns the fields of a schema at a glance: name, type, whether it must be there, what it means.
import { CodeText } from '../../ui/code-text.tsx'
import { type DataField, fieldsOf } from '../event-data/schema-fields.ts'
import { useEventTypeWords } from './event-type-words.ts'

export function FieldTable({ schema }: { readonly schema: unknown }) {
  const say = useEventTypeWords()
  const fields = fieldsOf(schema)
  if (fields.length === 0) return <p className="p-4 text-sm text-muted">{say('noFields')}</p>
  return <FieldRows fields={fields} />
}

function FieldRows({ fields }: { readonly fields: readonly DataField[] }) {
  const say = useEventTypeWords()
  return (
    <ul>
      {fields.map(({ pointer, name, typeText, isRequired, hint, fields: inner }) => (
        <li key={pointer} className="border-b border-line last:border-b-0">
          <div className="grid gap-x-4 gap-y-0.5 px-4 py-2 text-sm sm:grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)]">
            <span className="min-w-0">
              <code className="font-mono font-medium">{name}</code>
              {isRequired && <span className="ml-2 text-xs font-semibold text-accent-text">{say('required')}</span>}
            </span>
            <span className="min-w-0">
              <code className="font-mono text-xs">{typeText}</code>
              {hint !== undefined && (
                <span className="block text-muted">
                  <CodeText text={hint} />
                </span>
              )}
            </span>
          </div>
          {inner.length > 0 && (
            <div className="ml-4 border-t border-l border-line">
              <FieldRows fields={inner} />
            </div>
          )}
        </li>
      ))}
    </ul>
  )
}
