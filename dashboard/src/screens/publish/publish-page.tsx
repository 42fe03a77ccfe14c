// Owns publishing one event: its type, its data, and what became of it.
import type { AcceptedEvent, EventType } from '@getsupervisor/agents-studio-sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ChevronLeft, Send } from 'lucide-react'
import { type FormEvent, useMemo, useState } from 'react'
import { useCatalogue } from '../../session/catalogue.ts'
import { useSession } from '../../session/session.tsx'
import { Button, buttonLook } from '../../ui/button.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { ErrorState, LoadingRows, Notice } from '../../ui/states.tsx'
import { type DraftFault, dataIn, draftOf } from '../event-data/data-draft.ts'
import { DataEditor } from '../event-data/data-editor.tsx'
import { fieldsOf } from '../event-data/schema-fields.ts'
import { useEventWords } from '../events/event-words.ts'
import { Accepted } from './accepted.tsx'
import { usePublishWords } from './publish-words.ts'
import { refusalOf } from './refusal.ts'
import { TypeChoice } from './type-choice.tsx'

export default function PublishPage() {
  const say = usePublishWords()
  const sayOfEvents = useEventWords()
  const navigate = useNavigate()
  const { type: wanted } = useSearch({ from: '/events/publish' })
  const { data: types, error, isPending, refetch } = useCatalogue()
  const type = types?.find(({ key }) => key === wanted) ?? types?.[0]
  return (
    <Page
      title={say('title')}
      note={<span className="max-w-prose">{say('note')}</span>}
      actions={
        <Link to="/events" className={buttonLook('bare')}>
          <ChevronLeft size={15} aria-hidden /> {sayOfEvents('title')}
        </Link>
      }
    >
      {isPending && <LoadingRows rows={6} />}
      {types === undefined && !isPending && <ErrorState error={error} onRetry={() => void refetch()} />}
      {types !== undefined && type !== undefined && (
        // A form of its own for each type: what was written for another does not fit.
        <PublishForm
          key={type.key}
          type={type}
          types={types}
          onType={(key) => void navigate({ to: '/events/publish', search: { type: key }, replace: true })}
        />
      )}
    </Page>
  )
}

interface FormProps {
  readonly type: EventType
  readonly types: readonly EventType[]
  readonly onType: (key: string) => void
}

function PublishForm({ type, types, onType }: FormProps) {
  const say = usePublishWords()
  const fields = useMemo(() => fieldsOf(type.schema), [type.schema])
  const [draft, setDraft] = useState(() => draftOf(type.example, fields))
  const [fault, setFault] = useState<DraftFault>()
  const [names, setNames] = useState({ id: '', agentId: '' })
  const publish = usePublish()
  const refusal = useMemo(() => refusalOf(publish.error), [publish.error])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const read = dataIn(draft, fields)
    setFault('fault' in read ? read.fault : undefined)
    if ('data' in read) publish.mutate({ type: type.key, data: read.data, ...given(names) })
  }
  return (
    <div className="grid grid-cols-1 items-start gap-6 xl:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)]">
      <form onSubmit={submit} noValidate className="flex min-w-0 flex-col gap-6">
        <TypeChoice types={types} value={type.key} error={refusal.type} onChange={onType} />
        <DataEditor fields={fields} draft={draft} fault={fault} issues={refusal.data} onChange={setDraft} />
        <NameFields names={names} refusal={refusal} onChange={setNames} />
        {publish.error !== null && <Notice tone="fail">{refusal.other ?? say('refused')}</Notice>}
        <div>
          <Button kind="primary" type="submit" disabled={publish.isPending}>
            <Send size={15} aria-hidden /> {say(publish.isPending ? 'publishing' : 'publish')}
          </Button>
        </div>
      </form>
      <div aria-live="polite" className="min-w-0">
        {publish.data !== undefined && <Accepted event={publish.data} />}
      </div>
    </div>
  )
}

interface NamesProps {
  readonly names: { readonly id: string; readonly agentId: string }
  readonly refusal: { readonly id?: string; readonly agentId?: string }
  readonly onChange: (names: NamesProps['names']) => void
}

function NameFields({ names, refusal, onChange }: NamesProps) {
  const say = usePublishWords()
  const isOpen = Object.values(names).some((text) => text !== '') || refusal.id !== undefined
  return (
    <details className="rounded-lg border border-line bg-surface" open={isOpen}>
      <summary className="cursor-pointer px-4 py-3 text-sm font-semibold">{say('more')}</summary>
      <div className="flex flex-col gap-6 border-t border-line p-4">
        <Field label={say('id')} hint={say('idHint')} error={refusal.id}>
          <TextInput isMono value={names.id} onChange={({ target }) => onChange({ ...names, id: target.value })} />
        </Field>
        <Field label={say('agent')} hint={say('agentHint')} error={refusal.agentId}>
          <TextInput
            isMono
            value={names.agentId}
            onChange={({ target }) => onChange({ ...names, agentId: target.value })}
          />
        </Field>
      </div>
    </details>
  )
}

function usePublish() {
  const { client } = useSession()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (event: Parameters<typeof client.events.publish>[0]): Promise<AcceptedEvent> =>
      client.events.publish(event),
    onSuccess: () =>
      Promise.all([['events'], ['deliveries'], ['calls']].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  })
}

/** Empty ones are left out. */
function given<T extends Readonly<Record<string, string>>>(texts: T): Partial<T> {
  const written = Object.entries(texts).map(([name, text]) => [name, text.trim()])
  return Object.fromEntries(written.filter(([, text]) => text !== '')) as Partial<T> // of the same names
}
