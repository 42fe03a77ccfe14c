// Owns the list of calls.
import type { Call } from '@getsupervisor/agents-studio-sdk'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Phone } from 'lucide-react'
import { useSharedWords } from '../../language/shared-words.ts'
import { INPUT } from '../../ui/field.tsx'
import { HistoryList } from '../../ui/history-list.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { TextFilter } from '../../ui/text-filter.tsx'
import { Time } from '../../ui/time.tsx'
import { PROVIDER_NAMES, PROVIDERS } from '../sources/provider-names.ts'
import { type CallFilter, readCallFilter } from './call-filter.ts'
import { useCalls } from './call-queries.ts'
import { CallStatusBadge } from './call-status-badge.tsx'
import { useCallWords } from './call-words.ts'
import { DeliveryCountsText } from './delivery-counts-text.tsx'

export default function CallsScreen() {
  const say = useCallWords()
  const filter = useSearch({ from: '/calls' })
  const calls = useCalls(filter)
  const navigate = useNavigate()
  const change = (next: CallFilter) => void navigate({ to: '/calls', search: next, replace: true })
  const set = (name: keyof CallFilter) => (value: string) => change(readCallFilter({ ...filter, [name]: value }))
  return (
    <Page title={say('title')} note={say('note')}>
      <search className="grid grid-cols-2 gap-2 sm:flex">
        <TextFilter label={say('number')} value={filter.number} onChange={set('number')} />
        <TextFilter label={say('statusFilter')} value={filter.status} onChange={set('status')} />
        <ProviderFilter value={filter.provider} onChange={set('provider')} />
      </search>
      <Card>
        <HistoryList
          list={calls}
          isFiltered={Object.keys(filter).length > 0}
          say={say}
          keyOf={({ callId }) => callId}
          row={(call) => <Row call={call} />}
          onClear={() => change({})}
        />
      </Card>
    </Page>
  )
}

function ProviderFilter({
  value = '',
  onChange,
}: {
  readonly value?: string | undefined
  readonly onChange: (provider: string) => void
}) {
  const say = useCallWords()
  const sayShared = useSharedWords()
  return (
    <select
      aria-label={say('providerFilter')}
      className={`${INPUT} max-h-9 py-1 text-sm sm:w-44`}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{`${say('providerFilter')}: ${sayShared('all')}`}</option>
      {PROVIDERS.map((kind) => (
        <option key={kind} value={kind}>
          {PROVIDER_NAMES[kind]}
        </option>
      ))}
    </select>
  )
}

function Row({ call }: { readonly call: Call }) {
  const say = useCallWords()
  const {
    callId,
    status,
    state,
    provider,
    endReason,
    fromNumber,
    toNumber,
    eventCount,
    eventCountIsExact,
    deliveries,
    lastEventAt,
  } = call
  return (
    <Link
      to="/calls/$callId"
      params={{ callId }}
      className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-4 py-3 hover:bg-hover lg:grid-cols-[minmax(0,5fr)_minmax(0,4fr)_5.5rem_8rem_6rem]"
    >
      <span className="flex min-w-0 items-center gap-3">
        <Phone size={15} aria-hidden className="shrink-0 text-muted" />
        <span className="truncate font-medium">{callId}</span>
        <CallStatusBadge status={status ?? state} />
      </span>
      <span className="order-last col-span-2 truncate text-sm text-muted lg:order-none lg:col-span-1">
        {fromNumber ?? say('unknown')} → {toNumber ?? say('unknown')}
        {(provider !== null || endReason !== null) && (
          <span className="block truncate text-xs">
            {[provider === null ? null : PROVIDER_NAMES[provider], endReason?.slice(0, 100)]
              .filter((part) => part != null)
              .join(' · ')}
          </span>
        )}
      </span>
      <span className="hidden text-sm text-muted lg:block">
        {say(eventCountIsExact ? 'events' : 'moreEvents', { count: eventCount })}
      </span>
      <span className="hidden text-sm lg:block">
        {deliveries !== null && <DeliveryCountsText counts={deliveries} />}
      </span>
      <span className="text-right text-sm text-muted">
        <Time at={lastEventAt} />
      </span>
    </Link>
  )
}
