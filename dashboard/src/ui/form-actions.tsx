// Owns the end of a dialog: what the service refused, the button that sends its form or destroys something, and the way out.
import { useSharedWords } from '../language/shared-words.ts'
import { Button, Buttons } from './button.tsx'
import { ErrorWords, Notice } from './states.tsx'

interface FormActionsProps {
  readonly send: string
  /** It is being sent, or cannot be yet. */
  readonly isDisabled: boolean
  readonly error: unknown
  /** For what is destroyed; absent: the form is sent. */
  readonly onDestroy?: () => void
  readonly onCancel: () => void
}

export function FormActions({ send, isDisabled, error, onDestroy, onCancel }: FormActionsProps) {
  const say = useSharedWords()
  return (
    <>
      {error !== null && error !== undefined && (
        <Notice tone="fail">
          <ErrorWords error={error} />
        </Notice>
      )}
      <Buttons>
        {onDestroy === undefined ? (
          <Button kind="primary" type="submit" disabled={isDisabled}>
            {send}
          </Button>
        ) : (
          <Button kind="danger" disabled={isDisabled} onClick={onDestroy}>
            {send}
          </Button>
        )}
        <Button kind="bare" onClick={onCancel}>
          {say('cancel')}
        </Button>
      </Buttons>
    </>
  )
}
