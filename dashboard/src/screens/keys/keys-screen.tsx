// Owns the API keys of the workspace: which there are, a new one, and the end of one.
import type { ApiKey } from '@getsupervisor/agents-studio-sdk'
import { useQueryClient } from '@tanstack/react-query'
import { Ban, KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
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
import { useKeyWords } from './key-words.ts'
import { NewKeyDialog } from './new-key-dialog.tsx'

const KEYS = ['api-keys']

export default function KeysScreen() {
  const say = useKeyWords()
  const { client, granted } = useSession()
  const queries = useQueryClient()
  const [isAdding, setAdding] = useState(false)
  const list = useNumbered(KEYS, (place, signal) => client.apiKeys.list(place, { signal }))
  const mayWrite = hasScope(granted, 'api-keys:write')
  const renew = () => queries.invalidateQueries({ queryKey: KEYS })
  const add = mayWrite && (
    <Button kind="primary" onClick={() => setAdding(true)}>
      <Plus size={16} aria-hidden /> {say('add')}
    </Button>
  )
  const revoke = async (id: string) => {
    await client.apiKeys.revoke(id)
    await renew()
  }
  return (
    <Page title={say('title')} note={say('note')} actions={add}>
      <Card>
        <Rows
          list={list}
          label={say('title')}
          keyOf={({ id }) => id}
          row={(key) => <Row of={key} {...(mayWrite ? { onRevoke: () => revoke(key.id) } : {})} />}
          empty={
            <EmptyState title={say('emptyTitle')} action={add}>
              {say('emptyText')}
            </EmptyState>
          }
        />
      </Card>
      {isAdding && <NewKeyDialog onMade={renew} onClose={() => setAdding(false)} />}
    </Page>
  )
}

interface RowProps {
  readonly of: ApiKey
  /** Absent: who is signed in may not. */
  readonly onRevoke?: () => Promise<void>
}

function Row({ of: { name, keyPreview, environment, scopes, createdAt, lastUsedAt, revokedAt }, onRevoke }: RowProps) {
  const say = useKeyWords()
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3.5">
      <KeyRound size={18} aria-hidden className="hidden shrink-0 text-muted sm:block" />
      <div className="flex min-w-0 flex-1 basis-64 flex-col gap-1">
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="min-w-0 font-medium">{name}</span>
          <code className="font-mono text-xs text-muted">{keyPreview}</code>
          {environment !== 'production' && <Badge tone="wait">{say(environment)}</Badge>}
          {revokedAt !== null && (
            <Badge tone="fail" icon={Ban}>
              {say('revoked')} <Time at={revokedAt} />
            </Badge>
          )}
        </span>
        <span className="font-mono text-xs text-muted">{scopes.join(' · ')}</span>
        <span className="text-xs text-muted">
          {say('made')} <Time at={createdAt} /> ·{' '}
          {lastUsedAt === null ? (
            say('neverUsed')
          ) : (
            <>
              {say('lastUsed')} <Time at={lastUsedAt} />
            </>
          )}
        </span>
      </div>
      {revokedAt === null && onRevoke !== undefined && (
        <Confirm name={say('revoke')} label={say('revokeOf', { name })} question={say('revokeTitle')} run={onRevoke}>
          <p className="font-semibold">{name}</p>
          <p className="text-muted">{say('revokeText')}</p>
        </Confirm>
      )}
    </div>
  )
}
