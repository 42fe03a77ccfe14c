// Owns the audit log of the installation, for the operator: who changed what, when, from where.
import type { AuditEntry } from '@getsupervisor/agents-studio-sdk'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useSession } from '../../session/session.tsx'
import { useHistory } from '../../ui/history.ts'
import { HistoryList } from '../../ui/history-list.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { TextFilter } from '../../ui/text-filter.tsx'
import { Time } from '../../ui/time.tsx'
import { useAuditWords } from './audit-words.ts'

const LIMIT = 100

export default function AuditLogScreen() {
  const say = useAuditWords()
  const { client } = useSession()
  const { workspace } = useSearch({ from: '/audit-log' })
  const navigate = useNavigate({ from: '/audit-log' })
  const filter = workspace === undefined ? {} : { workspaceId: workspace }
  const list = useHistory(['audit-log', filter], (place, signal) =>
    client.auditLog.list({ ...filter, ...place, limit: LIMIT }, { signal }),
  )
  const only = (chosen: string) => void navigate({ search: chosen === '' ? {} : { workspace: chosen }, replace: true })
  return (
    <Page
      title={say('title')}
      note={say('note')}
      actions={<TextFilter label={say('workspaceFilter')} value={workspace} onChange={only} />}
    >
      <Card>
        <HistoryList
          list={list}
          isFiltered={workspace !== undefined}
          say={say}
          keyOf={({ id }) => id}
          row={(entry) => <Row of={entry} />}
          onClear={() => only('')}
        />
      </Card>
    </Page>
  )
}

function Row({ of: entry }: { readonly of: AuditEntry }) {
  const say = useAuditWords()
  const { action, actor, targetId, workspaceId, changedFields, remoteAddress, createdAt } = entry
  const isPerson = actor !== 'admin' && actor !== 'service'
  return (
    <div className="grid grid-cols-1 items-start gap-x-6 gap-y-1 px-4 py-3 text-sm md:grid-cols-[11rem_minmax(0,1fr)_minmax(0,18rem)]">
      <span className="text-muted">
        <Time at={createdAt} isExact />
      </span>
      <span className="flex min-w-0 flex-col gap-0.5">
        <span className="font-medium">{say(action)}</span>
        <code className="font-mono text-xs break-all text-muted">{targetId}</code>
        {changedFields.length > 0 && (
          <span className="text-xs text-muted">
            {say('fields')}: <span className="font-mono">{changedFields.join(', ')}</span>
          </span>
        )}
      </span>
      <span className="flex min-w-0 flex-col gap-0.5">
        <Line name={say('by')}>{isPerson ? <code className="font-mono text-xs">{actor}</code> : say(actor)}</Line>
        {remoteAddress !== null && (
          <Line name={say('from')}>
            <code className="font-mono text-xs">{remoteAddress}</code>
          </Line>
        )}
        <Line name={say('of')}>
          {workspaceId === null ? say('instance') : <code className="font-mono text-xs">{workspaceId}</code>}
        </Line>
      </span>
    </div>
  )
}

function Line({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <span className="min-w-0 truncate">
      <span className="text-xs text-muted">{name}</span> {children}
    </span>
  )
}
