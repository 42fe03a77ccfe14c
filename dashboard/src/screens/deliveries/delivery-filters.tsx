// Owns the controls that the list is narrowed with. What they say stands in the address, so that it can be sent to somebody.
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useSharedWords } from '../../language/shared-words.ts'
import { useSession } from '../../session/session.tsx'
import { shortUrl, webhooksQuery } from '../../session/webhook-names.ts'
import { Button } from '../../ui/button.tsx'
import { FILTER, TextFilter } from '../../ui/text-filter.tsx'
import { type DeliveryFilter, isFiltered, RANGES, readFilter, STATUSES } from './delivery-filter.ts'
import { useDeliveryWords } from './delivery-words.ts'

interface FiltersProps {
  readonly filter: DeliveryFilter
  readonly onChange: (filter: DeliveryFilter) => void
}

export function DeliveryFilters({ filter, onChange }: FiltersProps) {
  const say = useDeliveryWords()
  const sayShared = useSharedWords()
  const { client } = useSession()
  const webhooks = useQuery({ ...webhooksQuery(client), staleTime: 30_000 })
  const set = (name: keyof DeliveryFilter) => (value: string) => onChange(readFilter({ ...filter, [name]: value }))
  return (
    <search aria-label={say('filters')} className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap print:hidden">
      <Choice label={sayShared('status')} value={filter.status} onChange={set('status')} any={say('anyStatus')}>
        {STATUSES.map((one) => (
          <option key={one} value={one}>
            {sayShared(one)}
          </option>
        ))}
      </Choice>
      <Choice label={sayShared('time')} value={filter.range} onChange={set('range')} any={say('anyTime')}>
        {RANGES.map((one) => (
          <option key={one} value={one}>
            {say(`range${one}`)}
          </option>
        ))}
      </Choice>
      <Choice label={sayShared('webhook')} value={filter.webhook} onChange={set('webhook')} any={say('anyWebhook')}>
        {webhooks.data?.map(({ id, url }) => (
          <option key={id} value={id}>
            {shortUrl(url).slice(0, 80)}
          </option>
        ))}
      </Choice>
      <TextFilter label={say('typeFilter')} value={filter.type} onChange={set('type')} />
      <TextFilter label={say('eventFilter')} value={filter.event} onChange={set('event')} />
      {isFiltered(filter) && (
        <Button kind="bare" onClick={() => onChange({})}>
          <X size={15} aria-hidden /> {say('clear')}
        </Button>
      )}
    </search>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly value: string | undefined
  readonly any: string
  readonly onChange: (value: string) => void
  readonly children: ReactNode
}

function Choice({ label, value, any, onChange, children }: ChoiceProps) {
  return (
    <select
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value)}
      className={`${FILTER} ${value === undefined ? '' : 'border-accent-text font-semibold'}`}
    >
      <option value="">{any}</option>
      {children}
    </select>
  )
}
