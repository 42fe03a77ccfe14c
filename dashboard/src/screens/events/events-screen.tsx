// Owns the list of events.
import type { EventSummary, HistoryMeta, Page as ListPage } from '@getsupervisor/agents-studio-sdk'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useSharedWords } from '../../language/shared-words.ts'
import { useSession } from '../../session/session.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states.tsx'
import { FILTER, TextFilter } from '../../ui/text-filter.tsx'
import { Time } from '../../ui/time.tsx'
import { type EventFilter, eventQueryOf, readEventFilter } from './event-filter.ts'
import { useEventWords } from './event-words.ts'

const PAGE_LIMIT = 50

export default function EventsScreen() {
  const say = useEventWords()
  const filter = useSearch({ from: '/events' })
  const navigate = useNavigate()
  const change = (next: EventFilter) => void navigate({ to: '/events', search: next, replace: true })
  const set = (name: keyof EventFilter) => (value: string) => change(readEventFilter({ ...filter, [name]: value }))
  return (
    <Page title={say('title')} note={say('note')}>
      <search className="grid grid-cols-2 gap-2 sm:flex">
        <TextFilter label={say('typeFilter')} value={filter.type} onChange={set('type')} />
        <TextFilter label={say('callFilter')} value={filter.call} onChange={set('call')} />
        <select
          aria-label={say('which')}
          className={`${FILTER} col-span-2 sm:w-auto`}
          value={filter.undelivered ?? ''}
          onChange={(event) => set('undelivered')(event.target.value)}
        >
          <option value="">{say('everything')}</option>
          <option value="yes">{say('undelivered')}</option>
        </select>
      </search>
      <Card>
        <Rows filter={filter} onClear={() => change({})} />
      </Card>
    </Page>
  )
}

function useEvents(filter: EventFilter) {
  const { client } = useSession()
  const list = useInfiniteQuery({
    queryKey: ['events', filter],
    queryFn: async ({ pageParam, signal }): Promise<ListPage<EventSummary, HistoryMeta>> => {
      const place = pageParam === undefined ? {} : { after: pageParam }
      return client.events.list({ ...eventQueryOf(filter), limit: PAGE_LIMIT, ...place }, { signal })
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ meta }) => (meta.hasNext ? (meta.nextCursor ?? undefined) : undefined),
  })
  return { ...list, rows: list.data?.pages.flatMap((page) => page.data) ?? [] }
}

function Rows({ filter, onClear }: { readonly filter: EventFilter; readonly onClear: () => void }) {
  const say = useEventWords()
  const sayShared = useSharedWords()
  const { rows, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useEvents(filter)
  if (isPending) return <LoadingRows />
  if (error !== null && rows.length === 0) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (rows.length === 0 && !hasNextPage)
    return Object.keys(filter).length === 0 ? (
      <EmptyState title={say('emptyTitle')}>{say('emptyText')}</EmptyState>
    ) : (
      <EmptyState title={say('noneTitle')} action={<Button onClick={onClear}>{say('clear')}</Button>}>
        {say('noneText')}
      </EmptyState>
    )
  return (
    <>
      <ul aria-label={say('title')}>
        {rows.map((event) => (
          <li key={event.id} className="border-b border-line last:border-b-0">
            <Row event={event} />
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <div className="p-3">
          <Button onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
            {sayShared(isFetchingNextPage ? 'loading' : 'loadMore')}
          </Button>
        </div>
      )}
    </>
  )
}

function Row({ event }: { readonly event: EventSummary }) {
  const say = useEventWords()
  const { id, type, callId, createdAt, deliveryCount } = event
  return (
    <Link
      to="/events/$eventId"
      params={{ eventId: id }}
      className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-4 py-3 hover:bg-hover lg:grid-cols-[minmax(0,2fr)_minmax(0,2fr)_8rem_8rem]"
    >
      <span className="flex min-w-0 flex-col">
        <span className="truncate font-medium">{type}</span>
        <code className="truncate font-mono text-xs text-muted">{id}</code>
      </span>
      <span className="order-last col-span-2 truncate text-sm text-muted lg:order-none lg:col-span-1">{callId}</span>
      <span className={`hidden text-sm lg:block ${deliveryCount === 0 ? 'font-semibold text-fail' : 'text-muted'}`}>
        {say('deliveries', { count: deliveryCount })}
      </span>
      <span className="text-right text-sm text-muted">
        <Time at={createdAt} />
      </span>
    </Link>
  )
}
