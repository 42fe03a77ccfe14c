// Owns the operator's choice of a workspace.
import { useInfiniteQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { useSharedWords } from '../language/shared-words.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState, ErrorState, LoadingRows } from '../ui/states.tsx'
import { useSession, useSessionState } from './session.tsx'
import { useSessionWords } from './session-words.ts'

const PAGE_LIMIT = 50

export function ChooseWorkspace() {
  const say = useSessionWords()
  const { signOut } = useSessionState()
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-2xl flex-col gap-5 p-5 pt-[10vh]">
      <title>{`${say('choose')} · Timbre`}</title>
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-xl font-semibold tracking-tight">{say('choose')}</h1>
        <Button kind="bare" onClick={() => signOut()}>
          {say('signOut')}
        </Button>
      </header>
      <div className="overflow-clip rounded-lg border border-line bg-surface">
        <Workspaces />
      </div>
    </main>
  )
}

function Workspaces() {
  const say = useSessionWords()
  const sayShared = useSharedWords()
  const { client } = useSession()
  const { chooseWorkspace } = useSessionState()
  const list = useInfiniteQuery({
    queryKey: ['workspaces'],
    queryFn: async ({ pageParam, signal }) =>
      client.workspaces.list({ page: pageParam, limit: PAGE_LIMIT }, { signal }),
    initialPageParam: 1,
    getNextPageParam: ({ meta }) => (meta.hasNext ? meta.page + 1 : undefined),
  })
  if (list.isPending) return <LoadingRows rows={4} />
  if (list.isError) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />
  const rows = list.data.pages.flatMap(({ data }) => data)
  if (rows.length === 0) return <EmptyState title={say('noWorkspace')}>{say('noWorkspaceText')}</EmptyState>
  return (
    <ul aria-label={say('choose')}>
      {rows.map(({ id, name }) => (
        <li key={id} className="border-b border-line last:border-b-0">
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
        </li>
      ))}
      {list.hasNextPage && (
        <li className="p-3">
          <Button onClick={() => void list.fetchNextPage()} disabled={list.isFetchingNextPage}>
            {sayShared('loadMore')}
          </Button>
        </li>
      )}
    </ul>
  )
}
