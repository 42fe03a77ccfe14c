// Owns the workspaces of the installation, for the operator: which there are, a new one, its name and how long it keeps events.
import type { Workspace } from '@getsupervisor/agents-studio-sdk'
import { useQueryClient } from '@tanstack/react-query'
import { ChevronRight, Pencil, Plus } from 'lucide-react'
import { useState } from 'react'
import { useSession } from '../../session/session.tsx'
import { WORKSPACES } from '../../session/workspaces-query.ts'
import { Button, Buttons } from '../../ui/button.tsx'
import { IdText } from '../../ui/id-text.tsx'
import { useNumbered } from '../../ui/numbered.ts'
import { Card, Page } from '../../ui/page.tsx'
import { Rows } from '../../ui/rows.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { useOpenWorkspace } from '../instance/use-open-workspace.ts'
import { WorkspaceDialog } from './workspace-dialog.tsx'
import { useWorkspaceWords } from './workspace-words.ts'

export default function WorkspacesScreen() {
  const say = useWorkspaceWords()
  const { client } = useSession()
  const queries = useQueryClient()
  /** null: a new one. */
  const [edited, setEdited] = useState<Workspace | null>()
  const list = useNumbered(WORKSPACES, (place, signal) => client.workspaces.list(place, { signal }))
  const add = (
    <Button kind="primary" onClick={() => setEdited(null)}>
      <Plus size={16} aria-hidden /> {say('add')}
    </Button>
  )
  return (
    <Page title={say('title')} note={say('note')} actions={add}>
      <Card>
        <Rows
          list={list}
          label={say('title')}
          keyOf={({ id }) => id}
          row={(workspace) => <Row of={workspace} onEdit={() => setEdited(workspace)} />}
          empty={
            <EmptyState title={say('emptyTitle')} action={add}>
              {say('emptyText')}
            </EmptyState>
          }
        />
      </Card>
      {edited !== undefined && (
        <WorkspaceDialog
          workspace={edited}
          onSaved={() => queries.invalidateQueries({ queryKey: WORKSPACES })}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Page>
  )
}

function Row({ of: { id, name, retentionDays, createdAt }, onEdit }: { of: Workspace; onEdit: () => void }) {
  const say = useWorkspaceWords()
  const open = useOpenWorkspace()
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3.5">
      <div className="flex min-w-0 flex-1 basis-64 flex-col gap-0.5">
        <span className="font-medium">{name}</span>
        <IdText id={id} name={say('id')} />
        <span className="text-xs text-muted">
          {say('made')} <Time at={createdAt} /> · <Kept days={retentionDays} />
        </span>
      </div>
      <Buttons>
        <Button aria-label={say('editOf', { name })} onClick={onEdit}>
          <Pencil size={15} aria-hidden /> {say('edit')}
        </Button>
        <Button aria-label={say('openOf', { name })} onClick={() => open(id)}>
          {say('open')} <ChevronRight size={15} aria-hidden />
        </Button>
      </Buttons>
    </div>
  )
}

function Kept({ days }: { readonly days: number | null }) {
  const say = useWorkspaceWords()
  if (days === null) return say('keepsDefault')
  return days === 0 ? say('keepsEver') : say('keepsDays', { count: days })
}
