// Owns the list of events.
import type { EventSummary } from '@getsupervisor/agents-studio-sdk'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Send } from 'lucide-react'
import { useCan, useSession } from '../../session/session.tsx'
import { buttonLook } from '../../ui/button.tsx'
import { useHistory } from '../../ui/history.ts'
import { HistoryList } from '../../ui/history-list.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { TestBadge } from '../../ui/status-badge.tsx'
import { FILTER, TextFilter } from '../../ui/text-filter.tsx'
import { Time } from '../../ui/time.tsx'
import { type EventFilter, eventQueryOf, readEventFilter } from './event-filter.ts'
import { useEventWords } from './event-words.ts'

const PAGE_LIMIT = 50

export default function EventsScreen() {
  const say = useEventWords()
  const mayPublish = useCan('publish')
  const filter = useSearch({ from: '/events' })
  const events = useEvents(filter)
  const navigate = useNavigate()
  const change = (next: EventFilter) => void navigate({ to: '/events', search: next, replace: true })
  const set = (name: keyof EventFilter) => (value: string) => change(readEventFilter({ ...filter, [name]: value }))
  return (
    <Page
      title={say('title')}
      note={say('note')}
      actions={
        mayPublish && (
          <Link to="/events/publish" className={buttonLook('primary')}>
            <Send size={15} aria-hidden /> {say('publish')}
          </Link>
        )
      }
    >
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
        <HistoryList
          list={events}
          isFiltered={Object.keys(filter).length > 0}
          say={say}
          keyOf={({ id }) => id}
          row={(event) => <Row event={event} />}
          onClear={() => change({})}
        />
      </Card>
    </Page>
  )
}

function useEvents(filter: EventFilter) {
  const { client } = useSession()
  return useHistory(['events', filter], (place, signal) =>
    client.events.list({ ...eventQueryOf(filter), limit: PAGE_LIMIT, ...place }, { signal }),
  )
}

function Row({ event }: { readonly event: EventSummary }) {
  const say = useEventWords()
  const { id, type, callId, createdAt, deliveryCount, isTest } = event
  return (
    <Link
      to="/events/$eventId"
      params={{ eventId: id }}
      className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-4 py-3 hover:bg-hover lg:grid-cols-[minmax(0,2fr)_minmax(0,2fr)_8rem_8rem]"
    >
      <span className="flex min-w-0 flex-col">
        <span className="flex min-w-0 items-center gap-2">
          <span className="truncate font-medium">{type}</span>
          {isTest && <TestBadge />}
        </span>
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
