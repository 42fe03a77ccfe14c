// Owns deleting a source.
import type { Source } from '@getsupervisor/agents-studio-sdk'
import { useNavigate } from '@tanstack/react-router'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useSharedWords } from '../../language/shared-words.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorWords, Notice } from '../../ui/states.tsx'
import { useSourceChange } from './source-queries.ts'
import { useSourceWords } from './source-words.ts'

export function RemoveSource({ source: { id, name } }: { readonly source: Source }) {
  const say = useSourceWords()
  const sayShared = useSharedWords()
  const navigate = useNavigate()
  const [isAsking, setAsking] = useState(false)
  const remove = useSourceChange(id, async (client) => {
    await client.sources.delete(id)
    await navigate({ to: '/sources' })
  })
  return (
    <>
      <Button kind="danger" onClick={() => setAsking(true)}>
        <Trash2 size={15} aria-hidden /> {say('remove')}
      </Button>
      <Dialog isOpen={isAsking} onClose={() => setAsking(false)} title={say('removeTitle')}>
        <p className="font-semibold wrap-anywhere">{name}</p>
        <p className="text-muted">{say('removeText')}</p>
        {remove.error !== null && (
          <Notice tone="fail">
            <ErrorWords error={remove.error} />
          </Notice>
        )}
        <div className="flex gap-2">
          <Button kind="danger" disabled={remove.isPending} onClick={() => remove.mutate(undefined)}>
            {say('removeConfirm')}
          </Button>
          <Button kind="bare" onClick={() => setAsking(false)}>
            {sayShared('cancel')}
          </Button>
        </div>
      </Dialog>
    </>
  )
}
