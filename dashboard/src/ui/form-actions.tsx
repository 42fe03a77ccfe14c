// Owns the end of a form in a dialog: what the service refused, the button that sends it, and the way out.
import { useSharedWords } from '../language/shared-words.ts'
import { Button } from './button.tsx'
import { ErrorWords, Notice } from './states.tsx'

interface FormActionsProps {
  readonly send: string
  readonly isSending: boolean
  readonly error: unknown
  readonly onCancel: () => void
}

export function FormActions({ send, isSending, error, onCancel }: FormActionsProps) {
  const say = useSharedWords()
  return (
    <>
      {error !== null && error !== undefined && (
        <Notice tone="fail">
          <ErrorWords error={error} />
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" type="submit" disabled={isSending}>
          {send}
        </Button>
        <Button kind="bare" onClick={onCancel}>
          {say('cancel')}
        </Button>
      </div>
    </>
  )
}
