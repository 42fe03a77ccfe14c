// Owns one delivery, whole: what happened in words, what can be done, its attempts on one axis, what was sent.
import type { Attempt, Delivery } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useSharedWords } from '../../language/shared-words.ts'
import { useWebhookName } from '../../session/webhook-names.ts'
import { CopyIcon } from '../../ui/copy-button.tsx'
import { IdText } from '../../ui/id-text.tsx'
import { Card } from '../../ui/page.tsx'
import { ErrorState, LoadingRows } from '../../ui/states.tsx'
import { StatusBadge } from '../../ui/status-badge.tsx'
import { TextView } from '../../ui/text-view.tsx'
import { Time } from '../../ui/time.tsx'
import { AttemptTimeline } from './attempt-timeline.tsx'
import { DeliveryActions } from './delivery-actions.tsx'
import { useDelivery } from './delivery-queries.ts'
import { DeliverySummaryWords } from './delivery-summary-words.tsx'
import { useDeliveryWords } from './delivery-words.ts'

export function DeliveryView({ id }: { readonly id: string }) {
  const { data, error, isPending, refetch } = useDelivery(id)
  if (isPending) return <LoadingRows rows={6} />
  if (data === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />
  return <LoadedDelivery key={id} {...data} />
}

interface Loaded {
  readonly delivery: Delivery
  readonly attempts: readonly Attempt[]
}

function LoadedDelivery({ delivery, attempts }: Loaded) {
  const say = useDeliveryWords()
  return (
    <article className="flex min-w-0 flex-col gap-5">
      <header className="flex flex-col gap-3">
        <div className="flex flex-wrap items-center gap-3">
          <StatusBadge status={delivery.status} />
          <h2 className="min-w-0 text-lg font-semibold">{delivery.eventKey}</h2>
        </div>
        <DeliverySummaryWords delivery={delivery} attempts={attempts} />
        <DeliveryActions delivery={delivery} />
      </header>
      <AttemptTimeline delivery={delivery} attempts={attempts} />
      <Card title={say('request')}>
        <TextView text={JSON.stringify(delivery.requestBody)} name={say('body')} />
      </Card>
      <Facts delivery={delivery} />
    </article>
  )
}

function Facts({ delivery }: Pick<Loaded, 'delivery'>) {
  const say = useDeliveryWords()
  const sayShared = useSharedWords()
  const nameOf = useWebhookName()
  const { id, webhookId, eventId, createdAt, updatedAt } = delivery
  return (
    <dl className="grid grid-cols-1 gap-x-6 gap-y-3 text-sm sm:grid-cols-2">
      <Fact name={sayShared('webhook')}>
        <Link to="/webhooks/$webhookId" params={{ webhookId }} className="text-accent-text underline">
          {nameOf(webhookId)}
        </Link>
      </Fact>
      <Fact name={sayShared('delivery')}>
        <IdText id={id} name={sayShared('delivery')} />
      </Fact>
      <Fact name={sayShared('event')}>
        <Link
          to="/deliveries"
          search={{ event: eventId }}
          title={say('related')}
          className="font-mono text-accent-text underline"
        >
          {eventId}
        </Link>
        <CopyIcon text={eventId} name={sayShared('event')} />
      </Fact>
      <Fact name={say('accepted')}>
        <Time at={createdAt} isExact /> (<Time at={createdAt} />)
      </Fact>
      <Fact name={say('updated')}>
        <Time at={updatedAt} isExact /> (<Time at={updatedAt} />)
      </Fact>
    </dl>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  )
}
