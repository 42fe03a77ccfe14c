// Owns what can be done with an event type of one's own: edit, mark as deprecated, delete.
import type { EventType } from '@getsupervisor/agents-studio-sdk'
import { Link, useNavigate } from '@tanstack/react-router'
import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button, buttonLook } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FormActions } from '../../ui/form-actions.tsx'
import { useTypeChange } from './event-type-queries.ts'
import { useEventTypeWords } from './event-type-words.ts'

export function TypeActions({ type: { key, isDeprecated } }: { readonly type: EventType }) {
  const say = useEventTypeWords()
  const [isAsking, setAsking] = useState(false)
  const mark = useTypeChange((client, isMarked: boolean) => client.eventTypes.update(key, { isDeprecated: isMarked }))
  return (
    <>
      <Link to="/event-types/$key/edit" params={{ key }} className={buttonLook('quiet')}>
        <Pencil size={15} aria-hidden /> {say('edit')}
      </Link>
      <Button disabled={mark.isPending} onClick={() => mark.mutate(!isDeprecated)} title={mark.error?.message}>
        {say(isDeprecated ? 'undeprecate' : 'deprecate')}
      </Button>
      <Button kind="danger" onClick={() => setAsking(true)}>
        <Trash2 size={15} aria-hidden /> {say('remove')}
      </Button>
      {isAsking && <RemoveDialog typeKey={key} onClose={() => setAsking(false)} />}
    </>
  )
}

function RemoveDialog({ typeKey, onClose }: { readonly typeKey: string; readonly onClose: () => void }) {
  const say = useEventTypeWords()
  const navigate = useNavigate()
  const remove = useTypeChange(async (client) => {
    await client.eventTypes.delete(typeKey)
    await navigate({ to: '/event-types' })
  })
  return (
    <Dialog isOpen onClose={onClose} title={say('removeTitle')}>
      <p className="font-mono text-sm break-all">{typeKey}</p>
      <p className="text-muted">{say('removeText')}</p>
      <FormActions
        send={say('removeConfirm')}
        isDisabled={remove.isPending}
        error={remove.error}
        onDestroy={() => remove.mutate(undefined)}
        onCancel={onClose}
      />
    </Dialog>
  )
}
