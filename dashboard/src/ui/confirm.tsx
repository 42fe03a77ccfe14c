// Owns a button that asks first, for what cannot be undone.
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { FormActions } from './form-actions.tsx'

interface ConfirmProps {
  /** On the button, and on that of the dialog. */
  readonly name: string
  /** What a screen reader says of the button; absent: its name. */
  readonly label?: string
  readonly question: string
  /** What comes of it. */
  readonly children: ReactNode
  readonly run: () => Promise<unknown>
}

export function Confirm({ name, label = name, question, children, run }: ConfirmProps) {
  const [isAsking, setAsking] = useState(false)
  const action = useMutation({ mutationFn: run, onSuccess: () => setAsking(false) })
  return (
    <>
      <Button kind="danger" aria-label={label} onClick={() => setAsking(true)}>
        {name}
      </Button>
      <Dialog isOpen={isAsking} onClose={() => setAsking(false)} title={question}>
        {children}
        <FormActions
          send={name}
          isDisabled={action.isPending}
          error={action.error}
          onDestroy={() => action.mutate()}
          onCancel={() => setAsking(false)}
        />
      </Dialog>
    </>
  )
}
