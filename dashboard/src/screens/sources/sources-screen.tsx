// Owns the list of sources: for each, whether it is heard of.
import type { Source } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useMay } from '../../session/session.tsx'
import { buttonLook } from '../../ui/button.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { Rows } from '../../ui/rows.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { PROVIDER_NAMES } from './provider-names.ts'
import { useSources } from './source-queries.ts'
import { SourceState } from './source-state.tsx'
import { useSourceWords } from './source-words.ts'

export default function SourcesScreen() {
  const say = useSourceWords()
  const mayRead = useMay('sources:read')
  return (
    <Page title={say('title')} note={say('note')} actions={<AddLink />}>
      <Card>{mayRead ? <AllSources /> : <EmptyState title={say('title')}>{say('closed')}</EmptyState>}</Card>
    </Page>
  )
}

function AddLink() {
  const say = useSourceWords()
  if (!useMay('sources:write')) return null
  return (
    <Link to="/sources/new" className={buttonLook('primary')}>
      <Plus size={16} aria-hidden /> {say('add')}
    </Link>
  )
}

function AllSources() {
  const say = useSourceWords()
  const { data, error, isPending, refetch } = useSources()
  return (
    <Rows
      // What was there stays when it is asked for again in vain.
      list={{ rows: data ?? [], error: data === undefined ? error : null, isPending, refetch }}
      label={say('title')}
      keyOf={({ id }) => id}
      row={(source) => <Row source={source} />}
      empty={
        <EmptyState title={say('emptyTitle')} action={<AddLink />}>
          {say('emptyText')}
        </EmptyState>
      }
    />
  )
}

function Row({ source }: { readonly source: Source }) {
  const say = useSourceWords()
  const { id, name, kind, agentMap, lastSignalAt } = source
  return (
    <Link
      to="/sources/$sourceId"
      params={{ sourceId: id }}
      className="grid grid-cols-1 items-center gap-x-6 gap-y-2 px-4 py-3.5 hover:bg-hover sm:grid-cols-[minmax(0,1fr)_auto] lg:grid-cols-[minmax(0,1fr)_12rem_10rem]"
    >
      <span className="flex min-w-0 flex-col gap-1">
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="max-w-full truncate font-medium">{name}</span>
          <SourceState source={source} />
        </span>
        <span className="truncate text-sm text-muted">{PROVIDER_NAMES[kind]}</span>
      </span>
      <span className="hidden text-sm text-muted lg:block">
        {say('agents', { count: Object.keys(agentMap).length })}
      </span>
      <span className="flex flex-col text-sm">
        <span className="text-xs text-muted">{say('lastSignal')}</span>
        {lastSignalAt === null ? say('noSignal') : <Time at={lastSignalAt} />}
      </span>
    </Link>
  )
}
