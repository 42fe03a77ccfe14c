// Owns the page of one source: how it is set up at the provider, what came of it, and everything that belongs to it.
import type { Source } from '@getsupervisor/agents-studio-sdk'
import { Link, useParams } from '@tanstack/react-router'
import { ChevronLeft, Pencil } from 'lucide-react'
import { useMay } from '../../session/session.tsx'
import { buttonLook } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states.tsx'
import { PROVIDER_NAMES } from './provider-names.ts'
import { RefusedCard } from './refused-card.tsx'
import { RemoveSource } from './remove-source.tsx'
import { SetupCard } from './setup-card.tsx'
import { useSource } from './source-queries.ts'
import { SourceSecretCard } from './source-secret-card.tsx'
import { SourceSettingsCard } from './source-settings-card.tsx'
import { SourceState } from './source-state.tsx'
import { useSourceWords } from './source-words.ts'
import { TakenCard } from './taken-card.tsx'
import { TestCard } from './test-card.tsx'

export default function SourcePage() {
  const say = useSourceWords()
  const { sourceId } = useParams({ from: '/sources/$sourceId' })
  const mayRead = useMay('sources:read')
  const { data, error, isPending, refetch } = useSource(sourceId)
  if (!mayRead) return <EmptyState title={say('title')}>{say('closed')}</EmptyState>
  if (isPending) return <LoadingRows rows={6} />
  if (data === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />
  return <LoadedSource source={data} />
}

function LoadedSource({ source }: { readonly source: Source }) {
  const say = useSourceWords()
  const mayWrite = useMay('sources:write')
  const { id, name, kind } = source
  return (
    <Page
      name={name.slice(0, 60)}
      title={<span className="wrap-anywhere">{name}</span>}
      note={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <SourceState source={source} />
          {PROVIDER_NAMES[kind]}
        </span>
      }
      actions={
        <>
          <Link to="/sources" className={buttonLook('bare')}>
            <ChevronLeft size={15} aria-hidden /> {say('title')}
          </Link>
          {mayWrite && (
            <>
              <Link to="/sources/$sourceId/edit" params={{ sourceId: id }} className={buttonLook('quiet')}>
                <Pencil size={15} aria-hidden /> {say('edit')}
              </Link>
              <RemoveSource source={source} />
            </>
          )}
        </>
      }
    >
      <div className="grid grid-cols-1 items-start gap-5 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-5">
          <SetupCard source={source} />
          <TakenCard sourceId={id} />
          <RefusedCard sourceId={id} />
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          {mayWrite && <TestCard source={source} />}
          <SourceSecretCard source={source} mayReplace={mayWrite} />
          <SourceSettingsCard source={source} />
        </div>
      </div>
    </Page>
  )
}
