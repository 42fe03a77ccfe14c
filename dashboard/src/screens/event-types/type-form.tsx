// Owns the form of an event type of one's own, with the service's verdict on its schema and example while they are written.
import { type FormEvent, type ReactNode, useMemo, useState } from 'react'
import { Button, Buttons } from '../../ui/button.tsx'
import { Field, TextArea, TextInput } from '../../ui/field.tsx'
import { JsonEditor } from '../../ui/json-editor.tsx'
import { Notice } from '../../ui/states.tsx'
import { useEventTypeWords } from './event-type-words.ts'
import { SchemaVerdict } from './schema-verdict.tsx'
import { bodyOf, documentsOf, type TypeFaults, type TypeValues, typeFaultsOf } from './type-values.ts'
import { useTypedVerdict } from './use-typed-verdict.ts'

interface FormProps {
  readonly start: TypeValues
  readonly isNew: boolean
  readonly isSaving: boolean
  readonly error: Error | null
  readonly onSave: (body: ReturnType<typeof bodyOf>, key: string) => void
  readonly cancel: ReactNode
}

export function TypeForm({ start, isNew, isSaving, error, onSave, cancel }: FormProps) {
  const say = useEventTypeWords()
  const [values, setValues] = useState(start)
  const verdict = useTypedVerdict(values)
  const told = useMemo(() => typeFaultsOf(error), [error])
  const set = (change: Partial<TypeValues>) => setValues({ ...values, ...change })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const documents = documentsOf(values)
    if (!('fault' in documents)) onSave(bodyOf(values, documents), values.key.trim())
  }
  return (
    <form onSubmit={submit} noValidate className="flex min-w-0 flex-col gap-6">
      <div className="flex max-w-2xl flex-col gap-6">
        {isNew && (
          <Field label={say('key')} hint={say('keyHint')} error={told.key}>
            <TextInput
              isMono
              placeholder="order.paid"
              value={values.key}
              onChange={({ target }) => set({ key: target.value })}
            />
          </Field>
        )}
        <NameFields values={values} told={told} set={set} />
      </div>
      <div className="grid grid-cols-1 items-start gap-6 xl:grid-cols-2">
        <JsonEditor
          label={say('schema')}
          hint={say('schemaHint')}
          value={values.schema}
          error={verdict.fault?.field === 'schema' ? say(verdict.fault.reason) : undefined}
          issues={verdict.ofSchema}
          onChange={(schema) => set({ schema })}
        />
        <JsonEditor
          label={say('example')}
          hint={say('exampleHint')}
          value={values.example}
          error={verdict.fault?.field === 'example' ? say(verdict.fault.reason) : undefined}
          issues={verdict.ofExample}
          onChange={(example) => set({ example })}
        />
      </div>
      <SchemaVerdict verdict={verdict} hasExample={values.example.trim() !== ''} />
      {error !== null && <Notice tone="fail">{told[''] ?? told.schema ?? told.example ?? say('notSaved')}</Notice>}
      <Buttons>
        <Button kind="primary" type="submit" disabled={isSaving || verdict.fault !== undefined}>
          {isNew ? say(isSaving ? 'creating' : 'create') : say(isSaving ? 'saving' : 'save')}
        </Button>
        {cancel}
      </Buttons>
    </form>
  )
}

interface NamesProps {
  readonly values: TypeValues
  readonly told: TypeFaults
  readonly set: (change: Partial<TypeValues>) => void
}

function NameFields({ values, told, set }: NamesProps) {
  const say = useEventTypeWords()
  return (
    <>
      <Field label={say('titleField')} hint={say('titleHint')} error={told.title}>
        <TextInput value={values.title} onChange={({ target }) => set({ title: target.value })} />
      </Field>
      <Field label={say('description')} hint={say('descriptionHint')} error={told.description}>
        <TextArea rows={2} value={values.description} onChange={({ target }) => set({ description: target.value })} />
      </Field>
    </>
  )
}
