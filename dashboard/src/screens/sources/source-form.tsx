// Owns the form of a source, for a new one and for one that is there. Its secret is replaced elsewhere.
import type { SourceKind } from '@getsupervisor/agents-studio-sdk'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Button, Buttons } from '../../ui/button.tsx'
import { Field, INPUT, TextArea, TextInput } from '../../ui/field.tsx'
import { ErrorWords, Notice } from '../../ui/states.tsx'
import { AgentMapField } from './agent-map-field.tsx'
import { PROVIDER_NAMES, PROVIDERS } from './provider-names.ts'
import { PROVIDER_STEPS } from './provider-steps.ts'
import { type SourceFaults, type SourceFormValues, sourceFaultsOf, unreadableSource } from './source-form-values.ts'
import { useSourceFormWords } from './source-form-words.ts'
import { useStepWords } from './step-words.ts'

interface SourceFormProps {
  readonly start: SourceFormValues
  readonly isNew: boolean
  readonly isSaving: boolean
  readonly error: Error | null
  readonly onSave: (values: SourceFormValues) => void
  readonly cancel: ReactNode
}

export function SourceForm({ start, isNew, isSaving, error, onSave, cancel }: SourceFormProps) {
  const say = useSourceFormWords()
  const [values, setValues] = useState(start)
  const [wrong, setWrong] = useState<ReturnType<typeof unreadableSource>>()
  const told: SourceFaults = wrong === undefined ? sourceFaultsOf(error) : { [wrong]: say('notJson') }
  const set = (change: Partial<SourceFormValues>) => setValues({ ...values, ...change })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const found = unreadableSource(values)
    setWrong(found)
    if (found === undefined) onSave(values)
  }
  const fields = { values, told, set }
  return (
    <form onSubmit={submit} noValidate className="flex max-w-2xl flex-col gap-6">
      {isNew && <KindField value={values.kind} onChange={(kind) => set({ kind })} />}
      <Field label={say('name')} hint={say('nameHint')} error={told.name}>
        <TextInput value={values.name} onChange={(event) => set({ name: event.target.value })} />
      </Field>
      {isNew && <SecretField {...fields} />}
      <PublicUrlField {...fields} />
      <AgentMapField agents={values.agents} error={told.agents} onChange={(agents) => set({ agents })} />
      <MoreFields {...fields} isNew={isNew} />
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

interface FieldsProps {
  readonly values: SourceFormValues
  readonly told: SourceFaults
  readonly set: (change: Partial<SourceFormValues>) => void
}

function KindField({ value, onChange }: { readonly value: SourceKind; readonly onChange: (kind: SourceKind) => void }) {
  const say = useSourceFormWords()
  return (
    <Field label={say('kind')}>
      <select
        aria-label={say('kind')}
        className={INPUT}
        value={value}
        // Of the options below.
        onChange={(event) => onChange(event.target.value as SourceKind)}
      >
        {PROVIDERS.map((kind) => (
          <option key={kind} value={kind}>
            {PROVIDER_NAMES[kind]}
          </option>
        ))}
      </select>
    </Field>
  )
}

function SecretField({ values, told, set }: FieldsProps) {
  const say = useSourceFormWords()
  const sayStep = useStepWords()
  const hint = `${say('whereSecret')}: ${sayStep(PROVIDER_STEPS[values.kind].secret)}`
  return (
    <Field label={say('secret')} hint={hint} error={told.secret}>
      <TextInput
        isMono
        type="password"
        autoComplete="off"
        value={values.secret}
        onChange={(event) => set({ secret: event.target.value })}
      />
    </Field>
  )
}

function PublicUrlField({ values, told, set }: FieldsProps) {
  const say = useSourceFormWords()
  const provider = PROVIDER_NAMES[values.kind]
  const hint = say('publicUrlHint', { provider })
  const needed = PROVIDER_STEPS[values.kind].signsUrl === true ? ` ${say('publicUrlNeeded', { provider })}` : ''
  return (
    <Field label={say('publicUrl')} hint={hint + needed} error={told.publicUrl}>
      <TextInput
        isMono
        type="url"
        placeholder="https://hooks.example.com"
        value={values.publicUrl}
        onChange={(event) => set({ publicUrl: event.target.value })}
      />
    </Field>
  )
}

function MoreFields({ values, told, set, isNew }: FieldsProps & { readonly isNew: boolean }) {
  const say = useSourceFormWords()
  const { asks, hasVerification } = PROVIDER_STEPS[values.kind]
  if (asks === undefined && hasVerification === undefined) return null
  const isOpen = [values.verification, values.fields, told.verification, told.fields, told.apiKey].some(Boolean)
  return (
    <details className="rounded-lg border border-line bg-surface" open={isOpen}>
      <summary className="cursor-pointer px-4 py-3 text-sm font-semibold">{say('more')}</summary>
      <div className="flex flex-col gap-6 border-t border-line p-4">
        {asks !== undefined && (
          <Field
            label={say('apiKey')}
            hint={isNew ? say('apiKeyHint') : `${say('apiKeyHint')} ${say('apiKeyKeep')}`}
            error={told.apiKey}
          >
            <TextInput
              isMono
              type="password"
              autoComplete="off"
              value={values.apiKey}
              onChange={(event) => set({ apiKey: event.target.value })}
            />
          </Field>
        )}
        {hasVerification === true && (
          <Field label={say('verification')} hint={say('verificationHint')} error={told.verification}>
            <TextArea
              rows={4}
              placeholder={'{ "signatureHeader": "X-Signature", "prefix": "sha256=" }'}
              value={values.verification}
              onChange={(event) => set({ verification: event.target.value })}
            />
          </Field>
        )}
        {values.kind === 'generic' && (
          <Field label={say('fields')} hint={say('fieldsHint')} error={told.fields}>
            <TextArea
              rows={5}
              placeholder={
                '{ "callId": "/call/id", "status": "/call/state", "statuses": { "UP": "ongoing", "DOWN": "ended" } }'
              }
              value={values.fields}
              onChange={(event) => set({ fields: event.target.value })}
            />
          </Field>
        )}
      </div>
    </details>
  )
}
