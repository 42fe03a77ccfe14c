// Owns a dialog in which something is made that is shown once: its form, then the text to copy.
// Must never keep the text longer than the dialog is open.
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { ShownOnce } from './shown-once.tsx'

/** What the form is given. */
export interface Sending<Body> {
  readonly error: unknown
  readonly isSending: boolean
  readonly onSend: (body: Body) => void
  readonly onCancel: () => void
}

interface MakeOnceProps<Body> {
  readonly say: (word: 'newTitle' | 'once' | 'title' | 'done') => string
  /** Resolves with the text that is shown. */
  readonly make: (body: Body) => Promise<string | undefined>
  readonly form: (sending: Sending<Body>) => ReactNode
  readonly onMade: () => void
  readonly onClose: () => void
}

export function MakeOnceDialog<Body>({ say, make, form, onMade, onClose }: MakeOnceProps<Body>) {
  const made = useMutation({ mutationFn: make, onSuccess: onMade, gcTime: 0 })
  return (
    <Dialog isOpen onClose={onClose} title={say('newTitle')}>
      {made.data === undefined ? (
        form({
          error: made.error,
          isSending: made.isPending,
          onSend: (body) => made.mutate(body),
          onCancel: onClose,
        })
      ) : (
        <>
          <p>{say('once')}</p>
          <ShownOnce text={made.data} name={say('title')} />
          <div>
            <Button kind="primary" onClick={onClose}>
              {say('done')}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  )
}
