// Owns the page on which a source is changed.
import type { SourceUpdate } from '@getsupervisor/agents-studio-sdk'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useSharedWords } from '../../language/shared-words.ts'
import { useMay } from '../../session/session.tsx'
import { buttonLook } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states.tsx'
import { SourceForm } from './source-form.tsx'
import { sourceBodyOf, sourceFormOf } from './source-form-values.ts'
import { useSourceFormWords } from './source-form-words.ts'
import { useSource, useSourceChange } from './source-queries.ts'
import { useSourceWords } from './source-words.ts'

export default function EditSourcePage() {
  const say = useSourceFormWords()
  const sayShared = useSharedWords()
  const sayOfSources = useSourceWords()
  const mayRead = useMay('sources:read')
  const navigate = useNavigate()
  const { sourceId } = useParams({ from: '/sources/$sourceId/edit' })
  const { data, error, isPending, refetch } = useSource(sourceId)
  const save = useSourceChange(sourceId, (client, body: SourceUpdate) => client.sources.update(sourceId, body))
  const leave = () => navigate({ to: '/sources/$sourceId', params: { sourceId } })
  if (!mayRead) return <EmptyState title={sayOfSources('title')}>{sayOfSources('closed')}</EmptyState>
  return (
    <Page title={say('editTitle')}>
      {isPending && <LoadingRows rows={4} />}
      {data === undefined && !isPending && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <SourceForm
          start={sourceFormOf(data)}
          isNew={false}
          isSaving={save.isPending}
          error={save.error}
          onSave={(values) => save.mutate(sourceBodyOf(values), { onSuccess: leave })}
          cancel={
            <Link to="/sources/$sourceId" params={{ sourceId }} className={buttonLook('bare')}>
              {sayShared('cancel')}
            </Link>
          }
        />
      )}
    </Page>
  )
}
