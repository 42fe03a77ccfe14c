// Owns the catalogue: the workspace's own event types first, then those that are built in.
import type { EventType } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useCatalogue } from '../../session/catalogue.ts'
import { useMay } from '../../session/session.tsx'
import { Button, buttonLook } from '../../ui/button.tsx'
import { INPUT } from '../../ui/field.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states.tsx'
import { Badge } from '../../ui/status-badge.tsx'
import { useEventTypeWords } from './event-type-words.ts'
import { languageOf } from './language-of.ts'

export default function EventTypesScreen() {
  const say = useEventTypeWords()
  const mayWrite = useMay('event-types:write')
  return (
    <Page
      title={say('title')}
      note={say('note')}
      actions={
        mayWrite && (
          <Link to="/event-types/new" className={buttonLook('primary')}>
            <Plus size={16} aria-hidden /> {say('add')}
          </Link>
        )
      }
    >
      <Catalogue />
    </Page>
  )
}

function Catalogue() {
  const say = useEventTypeWords()
  const [wanted, setWanted] = useState('')
  const { data, error, isPending, refetch } = useCatalogue()
  if (isPending) return <LoadingRows />
  if (data === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />
  const found = data.filter((type) => fits(type, wanted))
  const own = found.filter(({ isBuiltIn }) => !isBuiltIn)
  const builtIn = found.filter(({ isBuiltIn }) => isBuiltIn)
  const hasOwn = data.some(({ isBuiltIn }) => !isBuiltIn)
  return (
    <>
      <input
        type="search"
        aria-label={say('find')}
        placeholder={say('find')}
        value={wanted}
        onChange={({ target }) => setWanted(target.value)}
        className={`${INPUT} max-w-md`}
      />
      {found.length === 0 ? (
        <Card>
          <EmptyState title={say('noneTitle')} action={<Button onClick={() => setWanted('')}>{say('clear')}</Button>}>
            {say('noneText')}
          </EmptyState>
        </Card>
      ) : (
        <>
          {(own.length > 0 || !hasOwn) && (
            <Card title={say('own')}>
              <TypeList types={own} label={say('own')} />
              {!hasOwn && <p className="p-4 text-sm text-muted">{say('noneOwnText')}</p>}
            </Card>
          )}
          {builtIn.length > 0 && (
            <Card title={say('builtIn')}>
              <TypeList types={builtIn} label={say('builtIn')} />
            </Card>
          )}
        </>
      )}
    </>
  )
}

function fits({ key, title }: EventType, wanted: string): boolean {
  const text = `${key} ${title}`.toLowerCase()
  return text.includes(wanted.trim().toLowerCase())
}

function TypeList({ types, label }: { readonly types: readonly EventType[]; readonly label: string }) {
  const say = useEventTypeWords()
  if (types.length === 0) return null
  return (
    <ul aria-label={label}>
      {types.map(({ key, title, description, isDeprecated, isBuiltIn }) => (
        <li key={key} className="border-b border-line last:border-b-0">
          <Link
            to="/event-types/$key"
            params={{ key }}
            className="grid gap-x-6 gap-y-0.5 px-4 py-3 hover:bg-hover md:grid-cols-[minmax(0,1fr)_minmax(0,1.6fr)]"
          >
            <span className="flex min-w-0 flex-col">
              <span className="flex min-w-0 items-center gap-2">
                <code className="truncate font-mono text-sm font-medium">{key}</code>
                {isDeprecated && <Badge tone="wait">{say('deprecated')}</Badge>}
              </span>
              <span lang={languageOf({ isBuiltIn })} className="truncate text-sm text-muted">
                {title}
              </span>
            </span>
            <span lang={languageOf({ isBuiltIn })} className="line-clamp-2 text-sm text-muted">
              {description}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
