// Owns rotating a secret: how long the old one still signs, and the new one, shown once.
import { useState } from 'react'
import { useSharedWords } from '../../language/shared-words.ts'
import { Button } from '../../ui/button.tsx'
import { CopyIcon } from '../../ui/copy-button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { Overlap } from './overlap.tsx'
import { useWebhookChange } from './webhook-queries.ts'
import { useWebhookWords } from './webhook-words.ts'

interface RotateProps {
  readonly webhookId: string
  readonly onClose: () => void
}

export function RotateDialog({ webhookId, onClose }: RotateProps) {
  const say = useWebhookWords()
  const sayShared = useSharedWords()
  const [hours, setHours] = useState('24')
  const rotate = useWebhookChange(webhookId, (client, overlapHours: number) =>
    client.webhooks.rotateSecret(webhookId, { overlapHours, endPrevious: overlapHours === 0 }),
  )
  const { secret, previousSecretExpiresAt } = rotate.data ?? {}
  return (
    <Dialog isOpen onClose={onClose} title={say('rotateTitle')}>
      {secret === undefined ? (
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            rotate.mutate(Number(hours))
          }}
        >
          <p className="text-sm text-muted">{say('rotateText')}</p>
          <Field label={say('overlap')} hint={say('overlapHint')} error={rotate.error?.message}>
            <TextInput inputMode="numeric" value={hours} onChange={(event) => setHours(event.target.value)} />
          </Field>
          <div className="flex gap-2">
            <Button kind="primary" type="submit" disabled={rotate.isPending}>
              {say('rotateConfirm')}
            </Button>
            <Button kind="bare" onClick={onClose}>
              {sayShared('cancel')}
            </Button>
          </div>
        </form>
      ) : (
        <>
          <p>{say('rotated')}</p>
          <div className="flex items-center gap-1 rounded-md bg-hover px-3 py-2">
            <code className="min-w-0 font-mono text-sm break-all">{secret}</code>
            <CopyIcon text={secret} name={say('secret')} />
          </div>
          {previousSecretExpiresAt != null && <Overlap until={previousSecretExpiresAt} />}
        </>
      )}
    </Dialog>
  )
}
