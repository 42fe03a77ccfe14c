// Owns the page on which an event type of one's own is added.
import type { EventTypeCreate } from '@getsupervisor/agents-studio-sdk'
import { Link, useNavigate } from '@tanstack/react-router'
import { useSharedWords } from '../../language/shared-words.ts'
import { buttonLook } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { useTypeChange } from './event-type-queries.ts'
import { useEventTypeWords } from './event-type-words.ts'
import { TypeForm } from './type-form.tsx'
import { newType } from './type-values.ts'

export default function NewEventTypePage() {
  const say = useEventTypeWords()
  const sayShared = useSharedWords()
  const navigate = useNavigate()
  const create = useTypeChange((client, body: EventTypeCreate) => client.eventTypes.create(body))
  return (
    <Page title={say('newTitle')}>
      <TypeForm
        start={newType()}
        isNew
        isSaving={create.isPending}
        error={create.error}
        onSave={(body, key) =>
          create.mutate(
            { ...body, key },
            { onSuccess: () => void navigate({ to: '/event-types/$key', params: { key } }) },
          )
        }
        cancel={
          <Link to="/event-types" className={buttonLook('bare')}>
            {sayShared('cancel')}
          </Link>
        }
      />
    </Page>
  )
}
