// Owns the page on which a source is added.
import type { SourceCreate } from '@getsupervisor/agents-studio-sdk'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useSharedWords } from '../../language/shared-words.ts'
import { buttonLook } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { SourceForm } from './source-form.tsx'
import { emptySourceForm, sourceBodyOf } from './source-form-values.ts'
import { useSourceFormWords } from './source-form-words.ts'
import { useSourceChange } from './source-queries.ts'

export default function NewSourcePage() {
  const say = useSourceFormWords()
  const sayShared = useSharedWords()
  const navigate = useNavigate()
  const [start] = useState(() => emptySourceForm(window.location.origin))
  const add = useSourceChange('', (client, body: SourceCreate) => client.sources.create(body))
  return (
    <Page title={say('newTitle')}>
      <SourceForm
        start={start}
        isNew
        isSaving={add.isPending}
        error={add.error}
        onSave={(values) =>
          add.mutate(
            { ...sourceBodyOf(values), kind: values.kind, secret: values.secret.trim() },
            { onSuccess: ({ id }) => navigate({ to: '/sources/$sourceId', params: { sourceId: id } }) },
          )
        }
        cancel={
          <Link to="/sources" className={buttonLook('bare')}>
            {sayShared('cancel')}
          </Link>
        }
      />
    </Page>
  )
}
