// Owns the form of a webhook, for a new one and for one that is there.
import { type FormEvent, type ReactNode, useState } from 'react'
import { Button, Buttons } from '../../ui/button.tsx'
import { Field, INPUT, TextInput } from '../../ui/field.tsx'
import { ErrorWords, Notice } from '../../ui/states.tsx'
import { bodyOf, type Faults, type FormValues, faultsOf, unreadable } from './form-values.ts'
import { useFormWords } from './form-words.ts'
import { HeadersField } from './headers-field.tsx'
import { TypesField } from './types-field.tsx'

interface FormProps {
  readonly start: FormValues
  readonly isNew: boolean
  /** Nothing is sent to it: it has no URL. */
  readonly isPull?: boolean
  readonly isSaving: boolean
  readonly error: Error | null
  readonly onSave: (body: ReturnType<typeof bodyOf>, types: readonly string[]) => void
  readonly cancel: ReactNode
}

export function WebhookForm({ start, isNew, isPull = false, isSaving, error, onSave, cancel }: FormProps) {
  const say = useFormWords()
  const [values, setValues] = useState(start)
  const [wrong, setWrong] = useState<ReturnType<typeof unreadable>>()
  const told: Faults = wrong === undefined ? faultsOf(error) : { [wrong]: say(wrong === 'rate' ? 'number' : 'numbers') }
  const set = (change: Partial<FormValues>) => setValues({ ...values, ...change })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const found = unreadable(values)
    setWrong(found)
    if (found === undefined) onSave(bodyOf(values), values.types)
  }
  return (
    <form onSubmit={submit} noValidate className="flex max-w-2xl flex-col gap-6">
      {!isPull && <UrlField value={values.url} error={told.url} onChange={(url) => set({ url })} />}
      <Field label={say('description')} hint={say('descriptionHint')} error={told.description}>
        <TextInput value={values.description} onChange={(event) => set({ description: event.target.value })} />
      </Field>
      {isNew && <TypesField chosen={values.types} error={told.types} onChange={(types) => set({ types })} />}
      <details className="rounded-lg border border-line bg-surface" open={hasMore(values, told)}>
        <summary className="cursor-pointer px-4 py-3 text-sm font-semibold">{say('more')}</summary>
        <div className="flex flex-col gap-6 border-t border-line p-4">
          <MoreFields values={values} told={told} set={set} />
        </div>
      </details>
      {error !== null && wrong === undefined && (
        <Notice tone="fail">{told[''] === undefined ? say('notSaved') : <ErrorWords error={error} />}</Notice>
      )}
      <Buttons>
        <Button kind="primary" type="submit" disabled={isSaving}>
          {isNew ? say(isSaving ? 'creating' : 'create') : say(isSaving ? 'saving' : 'save')}
        </Button>
        {cancel}
      </Buttons>
    </form>
  )
}

interface UrlFieldProps {
  readonly value: string
  readonly error: string | undefined
  readonly onChange: (url: string) => void
}

function UrlField({ value, error, onChange }: UrlFieldProps) {
  const say = useFormWords()
  return (
    <Field label={say('url')} hint={say('urlHint')} error={error}>
      <TextInput
        isMono
        type="url"
        placeholder="https://example.com/webhooks/timbre"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  )
}

/** What is set, or wrong, is not hidden. */
function hasMore(values: FormValues, told: Faults): boolean {
  const { agentId, ordering, rate, schedule, headers } = values
  const isSet = [agentId, rate, schedule].some((text) => text !== '') || ordering !== 'none' || headers.length > 0
  const { url: _, description: __, types: ___, '': ____, ...others } = told
  return isSet || Object.keys(others).length > 0
}

interface MoreProps {
  readonly values: FormValues
  readonly told: Faults
  readonly set: (change: Partial<FormValues>) => void
}

function MoreFields({ values, told, set }: MoreProps) {
  const say = useFormWords()
  return (
    <>
      <Field label={say('agent')} hint={say('agentHint')} error={told.agentId}>
        <TextInput isMono value={values.agentId} onChange={(event) => set({ agentId: event.target.value })} />
      </Field>
      <Field label={say('ordering')} hint={say('orderingHint')} error={told.ordering}>
        <select
          aria-label={say('ordering')}
          className={INPUT}
          value={values.ordering}
          onChange={(event) => set({ ordering: event.target.value === 'call' ? 'call' : 'none' })}
        >
          <option value="none">{say('orderingNone')}</option>
          <option value="call">{say('orderingCall')}</option>
        </select>
      </Field>
      <Field label={say('rate')} hint={say('rateHint')} error={told.rate}>
        <TextInput inputMode="numeric" value={values.rate} onChange={(event) => set({ rate: event.target.value })} />
      </Field>
      <Field label={say('schedule')} hint={say('scheduleHint')} error={told.schedule}>
        <TextInput isMono value={values.schedule} onChange={(event) => set({ schedule: event.target.value })} />
      </Field>
      <HeadersField headers={values.headers} error={told.headers} onChange={(headers) => set({ headers })} />
    </>
  )
}
