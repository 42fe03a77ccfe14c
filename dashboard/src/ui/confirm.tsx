// Owns a button that asks first, for what cannot be undone.
import { type UseMutationResult, useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useSharedWords } from '../language/shared-words.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { ErrorWords, Notice } from './states.tsx'

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
        <Answer name={name} action={action} onCancel={() => setAsking(false)} />
      </Dialog>
    </>
  )
}

interface AnswerProps {
  readonly name: string
  readonly action: UseMutationResult<unknown, Error, void>
  readonly onCancel: () => void
}

function Answer({ name, action, onCancel }: AnswerProps) {
  const say = useSharedWords()
  return (
    <>
      {action.error !== null && (
        <Notice tone="fail">
          <ErrorWords error={action.error} />
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">
        <Button kind="danger" disabled={action.isPending} onClick={() => action.mutate()}>
          {name}
        </Button>
        <Button kind="bare" onClick={onCancel}>
          {say('cancel')}
        </Button>
      </div>
    </>
  )
}
