// Owns the page on which an event type of one's own is changed.
import type { EventTypeUpdate } from '@getsupervisor/agents-studio-sdk'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useSharedWords } from '../../language/shared-words.ts'
import { buttonLook } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { ErrorState, LoadingRows } from '../../ui/states.tsx'
import { useEventType, useTypeChange } from './event-type-queries.ts'
import { useEventTypeWords } from './event-type-words.ts'
import { TypeForm } from './type-form.tsx'
import { valuesOf } from './type-values.ts'

export default function EditEventTypePage() {
  const say = useEventTypeWords()
  const sayShared = useSharedWords()
  const navigate = useNavigate()
  const { key } = useParams({ from: '/event-types/$key/edit' })
  const { data, error, isPending, refetch } = useEventType(key)
  const save = useTypeChange((client, body: EventTypeUpdate) => client.eventTypes.update(key, body))
  const leave = () => void navigate({ to: '/event-types/$key', params: { key } })
  return (
    <Page title={say('editTitle')} note={<code className="font-mono break-all">{key}</code>}>
      {isPending && <LoadingRows rows={6} />}
      {data === undefined && !isPending && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <TypeForm
          start={valuesOf(data)}
          isNew={false}
          isSaving={save.isPending}
          error={save.error}
          onSave={(body) => save.mutate(body, { onSuccess: leave })}
          cancel={
            <Link to="/event-types/$key" params={{ key }} className={buttonLook('bare')}>
              {sayShared('cancel')}
            </Link>
          }
        />
      )}
    </Page>
  )
}
