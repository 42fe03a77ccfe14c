// Owns making an API key: the form of the dialog that shows it once.
import type { ApiKeyCreate, Environment, Scope } from '@getsupervisor/agents-studio-sdk'
import { type FormEvent, useState } from 'react'
import { heldScopes } from '../../session/held-scopes.ts'
import { useSession } from '../../session/session.tsx'
import { CheckList } from '../../ui/check-list.tsx'
import { ChoiceField } from '../../ui/choice-field.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { FormActions } from '../../ui/form-actions.tsx'
import { MakeOnceDialog, type Sending } from '../../ui/make-once-dialog.tsx'
import { useKeyWords } from './key-words.ts'

const ENVIRONMENTS: readonly Environment[] = ['production', 'sandbox', 'staging', 'development']

interface NewKeyProps {
  readonly onMade: () => void
  readonly onClose: () => void
}

export function NewKeyDialog({ onMade, onClose }: NewKeyProps) {
  const say = useKeyWords()
  const { client } = useSession()
  return (
    <MakeOnceDialog
      say={say}
      make={async (body: ApiKeyCreate) => (await client.apiKeys.create(body)).key}
      form={(sending) => <KeyForm {...sending} />}
      onMade={onMade}
      onClose={onClose}
    />
  )
}

function KeyForm({ error, isSending, onSend, onCancel }: Sending<ApiKeyCreate>) {
  const say = useKeyWords()
  const { granted } = useSession()
  const held = heldScopes(granted)
  const [name, setName] = useState('')
  const [environment, setEnvironment] = useState<Environment>('production')
  const [scopes, setScopes] = useState<readonly Scope[]>(held.filter((scope) => scope === 'events:write'))
  const [isTold, setTold] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTold(true)
    if (scopes.length > 0) onSend({ name: name.trim(), environment, scopes: [...scopes] })
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label={say('name')} hint={say('nameHint')}>
        <TextInput required maxLength={120} value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <CheckList
        legend={say('scopes')}
        options={held.map((value) => ({ value, meaning: say(value) }))}
        chosen={scopes}
        error={isTold && scopes.length === 0 ? say('noScope') : undefined}
        onChange={setScopes}
      />
      <ChoiceField
        label={say('environment')}
        hint={say('environmentHint')}
        options={ENVIRONMENTS.map((value) => ({ value, name: say(value) }))}
        value={environment}
        onChange={setEnvironment}
      />
      <FormActions send={say('create')} isDisabled={isSending} error={error} onCancel={onCancel} />
    </form>
  )
}
