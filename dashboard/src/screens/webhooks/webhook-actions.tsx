// Owns pausing, enabling and deleting a webhook.
import type { Webhook } from '@getsupervisor/agents-studio-sdk'
import { useNavigate } from '@tanstack/react-router'
import { Pause, Play, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FormActions } from '../../ui/form-actions.tsx'
import { useWebhookChange } from './webhook-queries.ts'
import { useWebhookWords } from './webhook-words.ts'

interface ActionProps {
  readonly webhook: Webhook
}

export function ToggleWebhook({ webhook: { id, isActive } }: ActionProps) {
  const say = useWebhookWords()
  const toggle = useWebhookChange(id, (client, active: boolean) => client.webhooks.update(id, { isActive: active }))
  return (
    <Button
      kind={isActive ? 'quiet' : 'primary'}
      disabled={toggle.isPending}
      onClick={() => toggle.mutate(!isActive)}
      title={toggle.error?.message}
    >
      {isActive ? <Pause size={15} aria-hidden /> : <Play size={15} aria-hidden />}
      {say(isActive ? 'pause' : 'enable')}
    </Button>
  )
}

export function RemoveWebhook({ webhook: { id, url } }: ActionProps) {
  const say = useWebhookWords()
  const navigate = useNavigate()
  const [isAsking, setAsking] = useState(false)
  const remove = useWebhookChange(id, async (client) => {
    await client.webhooks.delete(id)
    await navigate({ to: '/webhooks' })
  })
  return (
    <>
      <Button kind="danger" onClick={() => setAsking(true)}>
        <Trash2 size={15} aria-hidden /> {say('remove')}
      </Button>
      <Dialog isOpen={isAsking} onClose={() => setAsking(false)} title={say('removeTitle')}>
        <p className="font-mono text-sm break-all">{url}</p>
        <p className="text-muted">{say('removeText')}</p>
        <FormActions
          send={say('removeConfirm')}
          isDisabled={remove.isPending}
          error={remove.error}
          onDestroy={() => remove.mutate(undefined)}
          onCancel={() => setAsking(false)}
        />
      </Dialog>
    </>
  )
}
