// Owns the operator's choice of a workspace.
import { Link } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import { buttonLook } from '../ui/button.tsx'
import { useNumbered } from '../ui/numbered.ts'
import { Card, Page } from '../ui/page.tsx'
import { Rows } from '../ui/rows.tsx'
import { EmptyState } from '../ui/states.tsx'
import { useSession, useSessionState } from './session.tsx'
import { useSessionWords } from './session-words.ts'
import { WORKSPACES } from './workspaces-query.ts'

export function ChooseWorkspace() {
  const say = useSessionWords()
  return (
    <Page title={say('choose')} note={say('chooseNote')}>
      <Card>
        <Workspaces />
      </Card>
    </Page>
  )
}

function Workspaces() {
  const say = useSessionWords()
  const { client } = useSession()
  const { chooseWorkspace } = useSessionState()
  const list = useNumbered(WORKSPACES, (place, signal) => client.workspaces.list(place, { signal }))
  return (
    <Rows
      list={list}
      label={say('choose')}
      keyOf={({ id }) => id}
      empty={
        <EmptyState
          title={say('noWorkspace')}
          action={
            <Link to="/workspaces" className={buttonLook('primary')}>
              {say('makeOne')}
            </Link>
          }
        >
          {say('noWorkspaceText')}
        </EmptyState>
      }
      row={({ id, name }) => (
        <button
          type="button"
          onClick={() => chooseWorkspace(id)}
          className="flex w-full items-center gap-3 px-4 py-3 text-left hover:bg-hover"
        >
          <span className="flex min-w-0 flex-1 flex-col">
            <span className="truncate font-medium">{name}</span>
            <code className="truncate font-mono text-xs text-muted">{id}</code>
          </span>
          <ChevronRight size={16} aria-hidden className="text-muted" />
        </button>
      )}
    />
  )
}
