// Owns sending one event to one webhook as a test, after editing it: a past event, or the example of a type.
import type { EventType, Webhook } from '@getsupervisor/agents-studio-sdk'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { useCatalogue } from '../../session/catalogue.ts'
import { useSession } from '../../session/session.tsx'
import { buttonLook } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states.tsx'
import { useEventWords } from '../events/event-words.ts'
import { useWebhooks } from '../webhooks/webhook-queries.ts'
import { usePublishWords } from './publish-words.ts'
import { TestForm } from './test-form.tsx'

export default function TestPage() {
  const say = usePublishWords()
  const sayOfEvents = useEventWords()
  const { event } = useSearch({ from: '/events/test' })
  return (
    <Page
      title={say('testTitle')}
      note={<span className="block max-w-prose">{say('testNote')}</span>}
      actions={
        event === undefined ? undefined : (
          <Link to="/events/$eventId" params={{ eventId: event }} className={buttonLook('bare')}>
            <ChevronLeft size={15} aria-hidden /> {sayOfEvents('one')}
          </Link>
        )
      }
    >
      <Loaded />
    </Page>
  )
}

function Loaded() {
  const say = usePublishWords()
  const navigate = useNavigate()
  const search = useSearch({ from: '/events/test' })
  const { types, webhooks, event, error, isPending, refetch } = useParts(search.event)
  if (isPending) return <LoadingRows rows={6} />
  if (types === undefined || webhooks === undefined || error !== null)
    return <ErrorState error={error} onRetry={refetch} />
  const targets = webhooks.filter(({ kind }) => kind === 'push')
  const type = typeOf(types, event?.type ?? search.type)
  if (targets.length === 0 || type === undefined)
    return (
      <EmptyState
        title={say('testNoWebhookTitle')}
        action={
          <Link to="/webhooks/new" className={buttonLook('primary')}>
            {say('addWebhook')}
          </Link>
        }
      >
        {say('testNoWebhookText')}
      </EmptyState>
    )
  const reached = event?.deliveries[0]?.webhookId
  return (
    <TestForm
      key={type.key}
      type={type}
      types={types}
      data={event?.data ?? type.example}
      isOfEvent={event !== undefined}
      webhooks={targets}
      webhook={targetOf(targets, search.webhook ?? reached)}
      onChange={(change) => void navigate({ to: '/events/test', search: { ...search, ...change }, replace: true })}
    />
  )
}

function useParts(eventId: string | undefined) {
  const { client } = useSession()
  const catalogue = useCatalogue()
  const webhooks = useWebhooks()
  const event = useQuery({
    queryKey: ['event', eventId],
    queryFn: ({ signal }) => client.events.get(eventId ?? '', { signal }),
    enabled: eventId !== undefined,
  })
  const isPending = catalogue.isPending || webhooks.isPending || (eventId !== undefined && event.isPending)
  const error = catalogue.error ?? webhooks.error ?? event.error
  const refetch = () => void Promise.all([catalogue.refetch(), webhooks.refetch(), event.refetch()])
  return { types: catalogue.data, webhooks: webhooks.data, event: event.data, error, isPending, refetch }
}

/** A type that was deleted since is shown by its key: the service says that it is gone. */
function typeOf(types: readonly EventType[], key: string | undefined): EventType | undefined {
  const known = types.find((type) => type.key === key)
  if (known !== undefined || key === undefined) return known ?? types[0]
  const [any] = types
  return any && { ...any, key, title: key, schema: {}, example: {} }
}

function targetOf(webhooks: readonly Webhook[], id: string | undefined): Webhook | undefined {
  return webhooks.find((webhook) => webhook.id === id) ?? webhooks[0]
}
