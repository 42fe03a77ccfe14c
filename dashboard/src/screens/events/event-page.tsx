// Owns the page of one event: what was published, who got it, and who did not and why.
import type { EventDetail } from '@getsupervisor/agents-studio-sdk'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ChevronLeft, Pencil } from 'lucide-react'
import { useSharedWords } from '../../language/shared-words.ts'
import { useCanTest, useSession } from '../../session/session.tsx'
import { useWebhookName } from '../../session/webhook-names.ts'
import { buttonLook } from '../../ui/button.tsx'
import { IdText } from '../../ui/id-text.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ErrorState, LoadingRows } from '../../ui/states.tsx'
import { StatusBadge, TestBadge } from '../../ui/status-badge.tsx'
import { TextView } from '../../ui/text-view.tsx'
import { Time } from '../../ui/time.tsx'
import { useEventWords } from './event-words.ts'

export default function EventPage() {
  const say = useEventWords()
  const sayShared = useSharedWords()
  const { client } = useSession()
  const mayTest = useCanTest()
  const { eventId } = useParams({ from: '/events/$eventId' })
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['event', eventId],
    queryFn: ({ signal }) => client.events.get(eventId, { signal }),
  })
  return (
    <Page
      name={sayShared('event')}
      title={data?.type ?? sayShared('event')}
      note={<EventNote id={eventId} event={data} />}
      actions={
        <>
          <Link to="/events" className={buttonLook('bare')}>
            <ChevronLeft size={15} aria-hidden /> {say('title')}
          </Link>
          {mayTest && (
            <Link to="/events/test" search={{ event: eventId }} className={buttonLook('quiet')}>
              <Pencil size={15} aria-hidden /> {say('editAndSend')}
            </Link>
          )}
        </>
      }
    >
      {isPending && <LoadingRows rows={4} />}
      {data === undefined && !isPending && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <div className="grid grid-cols-1 items-start gap-5 xl:grid-cols-2">
          <Card title={say('data')}>
            <TextView text={JSON.stringify(data.data)} name={say('data')} />
          </Card>
          <div className="flex min-w-0 flex-col gap-5">
            <Deliveries event={data} />
            <Skipped event={data} />
          </div>
        </div>
      )}
    </Page>
  )
}

function EventNote({ id, event }: { readonly id: string; readonly event: EventDetail | undefined }) {
  const say = useEventWords()
  const sayShared = useSharedWords()
  return (
    <span className="flex flex-wrap items-center gap-x-6 gap-y-1">
      <IdText id={id} name={sayShared('event')} />
      {event?.isTest === true && <TestBadge />}
      {event !== undefined && (
        <span>
          {say('published')} <Time at={event.createdAt} isExact />
        </span>
      )}
      {event?.callId != null && (
        <Link to="/calls/$callId" params={{ callId: event.callId }} className="text-accent-text underline">
          {sayShared('call')} {event.callId.slice(0, 80)}
        </Link>
      )}
    </span>
  )
}

function Deliveries({ event }: { readonly event: EventDetail }) {
  const say = useEventWords()
  const nameOf = useWebhookName()
  return (
    <Card title={say('deliveriesTitle')}>
      <ul>
        {event.deliveries.map(({ id, status, webhookId, lastError, createdAt }) => (
          <li key={id} className="border-b border-line last:border-b-0">
            <Link
              to="/deliveries/$deliveryId"
              params={{ deliveryId: id }}
              className="flex flex-col gap-1 px-4 py-2.5 hover:bg-hover"
            >
              <span className="flex items-center gap-3 text-sm">
                <StatusBadge status={status} />
                <span className="min-w-0 flex-1 truncate">{nameOf(webhookId)}</span>
                <span className="text-muted">
                  <Time at={createdAt} />
                </span>
              </span>
              {lastError !== null && status !== 'success' && <span className="text-sm text-muted">{lastError}</span>}
            </Link>
          </li>
        ))}
      </ul>
      {event.deliveries.length === 0 && <p className="p-4 text-sm text-muted">{say('noDeliveries')}</p>}
    </Card>
  )
}

function Skipped({ event }: { readonly event: EventDetail }) {
  const say = useEventWords()
  const nameOf = useWebhookName()
  if (event.skipped.length === 0) return null
  return (
    <Card title={say('skippedTitle')}>
      <ul>
        {event.skipped.map(({ webhookId, reason }) => (
          <li key={webhookId} className="border-b border-line px-4 py-2.5 text-sm last:border-b-0">
            <Link to="/webhooks/$webhookId" params={{ webhookId }} className="text-accent-text underline">
              {nameOf(webhookId)}
            </Link>
            <p className="text-muted">{say(reason)}</p>
          </li>
        ))}
      </ul>
    </Card>
  )
}
