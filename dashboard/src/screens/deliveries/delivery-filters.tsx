// Owns the controls that the list is narrowed with. What they say stands in the address, so that it can be sent to somebody.
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { useSharedWords } from '../../language/shared-words.ts'
import { useSession } from '../../session/session.tsx'
import { shortUrl, webhooksQuery } from '../../session/webhook-names.ts'
import { Button } from '../../ui/button.tsx'
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

const CONTROL = 'h-9 w-full min-w-0 rounded-md border border-control bg-surface px-2.5 text-sm text-ink sm:w-44'

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
      className={`${CONTROL} ${value === undefined ? '' : 'border-accent-text font-semibold'}`}
    >
      <option value="">{any}</option>
      {children}
    </select>
  )
}

function TextFilter({ label, value, onChange }: Pick<ChoiceProps, 'label' | 'value' | 'onChange'>) {
  const id = useId()
  // Taken when it is whole, not at every letter: it is asked of the service. A change from elsewhere begins it anew.
  const take = (text: string) => text.trim() !== (value ?? '') && onChange(text.trim())
  return (
    <form
      key={value}
      onSubmit={(event) => {
        event.preventDefault()
        take(String(new FormData(event.currentTarget).get(id)))
      }}
    >
      <input
        name={id}
        aria-label={label}
        placeholder={label}
        defaultValue={value}
        spellCheck={false}
        onBlur={(event) => take(event.target.value)}
        className={`${CONTROL} ${value === undefined ? '' : 'border-accent-text font-semibold'}`}
      />
    </form>
  )
}
