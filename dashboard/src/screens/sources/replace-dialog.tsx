// Owns replacing the secret of a source: the new one, and how long the one before is still taken.
import type { Source, SourceUpdate } from '@getsupervisor/agents-studio-sdk'
import { useState } from 'react'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { FormActions } from '../../ui/form-actions.tsx'
import { PROVIDER_STEPS } from './provider-steps.ts'
import { useSourceChange } from './source-queries.ts'
import { useSourceWords } from './source-words.ts'
import { useStepWords } from './step-words.ts'

export function ReplaceDialog({ source, onClose }: { readonly source: Source; readonly onClose: () => void }) {
  const say = useSourceWords()
  const sayStep = useStepWords()
  const [secret, setSecret] = useState('')
  const [hours, setHours] = useState('24')
  const replace = useSourceChange(source.id, (client, change: SourceUpdate) => client.sources.update(source.id, change))
  return (
    <Dialog isOpen onClose={onClose} title={say('replaceTitle')}>
      <form
        className="flex flex-col gap-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          replace.mutate({ secret: secret.trim(), overlapHours: Number(hours) }, { onSuccess: onClose })
        }}
      >
        <p className="text-sm text-muted">{say('replaceText')}</p>
        <Field label={say('newSecret')} hint={sayStep(PROVIDER_STEPS[source.kind].secret)}>
          <TextInput
            isMono
            type="password"
            autoComplete="off"
            value={secret}
            onChange={(event) => setSecret(event.target.value)}
          />
        </Field>
        <Field label={say('overlap')} hint={say('overlapHint')}>
          <TextInput inputMode="numeric" value={hours} onChange={(event) => setHours(event.target.value)} />
        </Field>
        <FormActions
          send={say('replace')}
          isDisabled={replace.isPending || secret.trim() === ''}
          error={replace.error}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  )
}
