// Owns the assistant of a rotation: how long the old secret still signs, the new one, shown once, and a test that only it signs.
import type { Webhook } from '@getsupervisor/agents-studio-sdk'
import { type ReactNode, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { CopyIcon } from '../../ui/copy-button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { FormActions } from '../../ui/form-actions.tsx'
import { CurrentSecretTest } from './current-secret-test.tsx'
import { Overlap } from './overlap.tsx'
import { useWebhookChange } from './webhook-queries.ts'
import { useWebhookWords } from './webhook-words.ts'

interface RotateProps {
  readonly webhook: Webhook
  readonly onClose: () => void
}

export function RotateDialog({ webhook, onClose }: RotateProps) {
  const say = useWebhookWords()
  const rotate = useWebhookChange(webhook.id, (client, overlapHours: number) =>
    client.webhooks.rotateSecret(webhook.id, { overlapHours, endPrevious: overlapHours === 0 }),
  )
  const { secret, previousSecretExpiresAt } = rotate.data ?? {}
  const isRotated = rotate.data !== undefined
  return (
    <Dialog isOpen onClose={onClose} title={say('rotateTitle')}>
      <ol className="flex flex-col gap-5">
        <Step number={1} title={say('rotateStep1')} isNow={!isRotated}>
          {isRotated ? (
            <OverlapOf until={previousSecretExpiresAt ?? null} />
          ) : (
            <OverlapForm
              error={rotate.error?.message}
              isBusy={rotate.isPending}
              onCancel={onClose}
              onRotate={(hours) => rotate.mutate(hours)}
            />
          )}
        </Step>
        <Step number={2} title={say('rotateStep2')} isNow={isRotated}>
          {secret !== undefined && <NewSecret secret={secret} />}
        </Step>
        <Step number={3} title={say('rotateStep3')} isNow={isRotated}>
          {isRotated && <CurrentSecretTest webhook={webhook} overlapUntil={previousSecretExpiresAt ?? null} />}
        </Step>
      </ol>
      {isRotated && (
        <div>
          <Button onClick={onClose}>{say('rotateDone')}</Button>
        </div>
      )}
    </Dialog>
  )
}

interface StepProps {
  readonly number: number
  readonly title: string
  readonly isNow: boolean
  readonly children: ReactNode
}

function Step({ number, title, isNow, children }: StepProps) {
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)] gap-3" aria-current={isNow ? 'step' : undefined}>
      <span
        aria-hidden
        className={`flex size-7 shrink-0 items-center justify-center rounded-full text-sm font-semibold ${isNow ? 'bg-accent text-on-accent' : 'bg-hover text-muted'}`}
      >
        {number}
      </span>
      <h3 className={`pt-0.5 font-semibold ${isNow ? '' : 'text-muted'}`}>{title}</h3>
      <div className="flex flex-col gap-3 empty:hidden max-sm:col-span-2 sm:col-start-2">{children}</div>
    </li>
  )
}

interface OverlapFormProps {
  readonly error: string | undefined
  readonly isBusy: boolean
  readonly onCancel: () => void
  readonly onRotate: (hours: number) => void
}

function OverlapForm({ error, isBusy, onCancel, onRotate }: OverlapFormProps) {
  const say = useWebhookWords()
  const [hours, setHours] = useState('24')
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        onRotate(Number(hours))
      }}
    >
      <p className="text-sm text-muted">{say('rotateText')}</p>
      <Field label={say('overlap')} hint={say('overlapHint')} error={error}>
        <TextInput inputMode="numeric" value={hours} onChange={({ target }) => setHours(target.value)} />
      </Field>
      <FormActions send={say('rotateConfirm')} isDisabled={isBusy} error={null} onCancel={onCancel} />
    </form>
  )
}

function OverlapOf({ until }: { readonly until: string | null }) {
  const say = useWebhookWords()
  return until === null ? <p className="text-sm text-muted">{say('overlapNone')}</p> : <Overlap until={until} />
}

function NewSecret({ secret }: { readonly secret: string }) {
  const say = useWebhookWords()
  return (
    <>
      <p className="text-sm text-muted">{say('rotated')}</p>
      <div className="flex items-center gap-1 rounded-md bg-hover px-3 py-2">
        <code className="min-w-0 font-mono text-sm break-all">{secret}</code>
        <CopyIcon text={secret} name={say('secret')} />
      </div>
    </>
  )
}
