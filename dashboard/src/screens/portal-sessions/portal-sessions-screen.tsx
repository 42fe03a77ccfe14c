// Owns the portal sessions of the workspace: which live, a new link, and the end of one or of all.
import type { PortalSession } from '@getsupervisor/agents-studio-sdk'
import { useQueryClient } from '@tanstack/react-query'
import { CircleCheck, Clock, DoorOpen, Plus } from 'lucide-react'
import { useState } from 'react'
import { useNow } from '../../browser/clock.ts'
import { hasScope } from '../../session/is-allowed.ts'
import { useSession } from '../../session/session.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { useNumbered } from '../../ui/numbered.ts'
import { Card, Page } from '../../ui/page.tsx'
import { Rows } from '../../ui/rows.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Badge } from '../../ui/status-badge.tsx'
import { Time } from '../../ui/time.tsx'
import { NewLinkDialog } from './new-link-dialog.tsx'
import { usePortalWords } from './portal-words.ts'

const PORTALS = ['portal-sessions']

export default function PortalSessionsScreen() {
  const say = usePortalWords()
  const { client, granted } = useSession()
  const queries = useQueryClient()
  const [isAdding, setAdding] = useState(false)
  const list = useNumbered(PORTALS, (place, signal) => client.portalSessions.list(place, { signal }))
  const mayWrite = hasScope(granted, 'api-keys:write')
  const renew = () => queries.invalidateQueries({ queryKey: PORTALS })
  const ending = (end: () => Promise<void>) => async () => {
    await end()
    await renew()
  }
  const add = mayWrite && (
    <Button kind="primary" onClick={() => setAdding(true)}>
      <Plus size={16} aria-hidden /> {say('add')}
    </Button>
  )
  const endAll = mayWrite && list.rows.length > 0 && (
    <Confirm name={say('endAll')} question={say('endAllTitle')} run={ending(() => client.portalSessions.endAll())}>
      <p className="text-muted">{say('endAllText')}</p>
    </Confirm>
  )
  return (
    <Page
      title={say('title')}
      note={say('note')}
      actions={
        <>
          {endAll}
          {add}
        </>
      }
    >
      <Card>
        <Rows
          list={list}
          label={say('title')}
          keyOf={({ id }) => id}
          row={(session) => (
            <Row of={session} {...(mayWrite ? { onEnd: ending(() => client.portalSessions.end(session.id)) } : {})} />
          )}
          empty={
            <EmptyState title={say('emptyTitle')} action={add}>
              {say('emptyText')}
            </EmptyState>
          }
        />
      </Card>
      {isAdding && <NewLinkDialog onMade={renew} onClose={() => setAdding(false)} />}
    </Page>
  )
}

interface RowProps {
  readonly of: PortalSession
  /** Absent: who is signed in may not. */
  readonly onEnd?: () => Promise<void>
}

function Row({ of: session, onEnd }: RowProps) {
  const say = usePortalWords()
  const { id, capabilities, createdAt, lastSeenAt, expiresAt } = session
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3.5">
      <DoorOpen size={18} aria-hidden className="hidden shrink-0 text-muted sm:block" />
      <div className="flex min-w-0 flex-1 basis-64 flex-col gap-1">
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <State of={session} />
          <span className="font-mono text-xs">{capabilities.join(' · ')}</span>
        </span>
        <span className="text-xs text-muted">
          {say('made')} <Time at={createdAt} />
          {lastSeenAt !== null && (
            <>
              {' '}
              · {say('seen')} <Time at={lastSeenAt} />
            </>
          )}{' '}
          · {say('ends')} <Time at={expiresAt} />
        </span>
        <code className="truncate font-mono text-xs text-muted">{id}</code>
      </div>
      {onEnd !== undefined && (
        <Confirm name={say('end')} label={say('endOf', { id })} question={say('endTitle')} run={onEnd}>
          <p className="text-muted">{say('endText')}</p>
        </Confirm>
      )}
    </div>
  )
}

function State({ of: { usedAt, linkExpiresAt } }: { readonly of: PortalSession }) {
  const say = usePortalWords()
  const isOver = Date.parse(linkExpiresAt) < useNow()
  if (usedAt !== null)
    return (
      <Badge tone="ok" icon={CircleCheck}>
        {say('inUse')}
      </Badge>
    )
  return (
    <Badge tone="wait" icon={Clock}>
      {say(isOver ? 'linkOver' : 'waiting')}
    </Badge>
  )
}
