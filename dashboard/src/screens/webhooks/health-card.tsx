// Owns how a webhook does: its state in words, why it fails and what to do, the attempts of a day, what waits, and the last deliveries.
import type { Statistics, Webhook, WebhookHealth } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useLanguage } from '../../language/language.ts'
import { useSharedWords } from '../../language/shared-words.ts'
import { countText, durationText } from '../../language/time-text.ts'
import { Card } from '../../ui/page.tsx'
import { StatusBadge } from '../../ui/status-badge.tsx'
import { TextWithTimes, Time } from '../../ui/time.tsx'
import { Drain, rateText } from '../overview/figures-card.tsx'
import { Spark } from '../overview/spark.tsx'
import { FailingCauses } from './failing-causes.tsx'
import { useRecentDeliveries, useWebhookHealth, useWebhookStats } from './webhook-queries.ts'
import { useWebhookWords } from './webhook-words.ts'

export function HealthCard({ webhook }: { readonly webhook: Webhook }) {
  const say = useWebhookWords()
  const { data: health } = useWebhookHealth(webhook.id)
  const { data: statistics } = useWebhookStats(webhook.id)
  return (
    <Card
      title={say('health')}
      aside={
        <Link to="/deliveries" search={{ webhook: webhook.id }} className="text-sm text-accent-text underline">
          {say('allDeliveries')}
        </Link>
      }
    >
      {health !== undefined && <State health={health} />}
      <div className="flex min-h-32 flex-col gap-4 p-4">
        {statistics !== undefined && (
          <Figures webhook={webhook} statistics={statistics} isFailing={health?.state === 'failing'} />
        )}
      </div>
      <LastDeliveries webhookId={webhook.id} />
    </Card>
  )
}

/** Of one that fails the causes, each with what to do; of others a sentence of the service. */
function State({ health }: { readonly health: WebhookHealth }) {
  const { failingSince, causes, summary } = health
  if (failingSince !== null && causes.length > 0) return <FailingCauses health={health} />
  return (
    <p role="status" className="border-b border-line px-4 py-3 text-sm">
      <TextWithTimes text={summary} />
    </p>
  )
}

interface FiguresProps {
  readonly webhook: Webhook
  readonly statistics: Statistics
  readonly isFailing: boolean
}

function Figures({ webhook: { lastDeliveryAt }, statistics, isFailing }: FiguresProps) {
  const say = useWebhookWords()
  const sayShared = useSharedWords()
  const language = useLanguage()
  const { total, backlog } = statistics
  const { pending, pendingIsExact, oldestPendingAt, nextAttemptAt } = backlog
  const p50 = total.latency.total?.p50
  return (
    <>
      <div className="flex flex-col gap-1">
        <span className="text-xs text-muted">{say('lastDay')}</span>
        <Spark counted={statistics} />
      </div>
      <div className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3">
        <Figure name={say('rate')}>{rateText(total.succeeded, total.attempts, language)}</Figure>
        <Figure name={say('latency')}>{p50 === undefined ? '–' : durationText(p50, language)}</Figure>
        <Figure name={say('lastDelivery')}>
          {lastDeliveryAt === null ? sayShared('never') : <Time at={lastDeliveryAt} />}
        </Figure>
        <Figure name={say('waiting')} note={<Drain {...backlog} isFailing={isFailing} />}>
          {countText(pending, language)}
          {!pendingIsExact && '+'}
        </Figure>
        <Figure name={say('oldest')}>
          {oldestPendingAt === null ? sayShared('none') : <Time at={oldestPendingAt} />}
        </Figure>
        <Figure name={say('nextAttempt')}>{nextAttemptAt === null ? '–' : <Time at={nextAttemptAt} />}</Figure>
      </div>
    </>
  )
}

function LastDeliveries({ webhookId }: { readonly webhookId: string }) {
  const say = useWebhookWords()
  const { data = [] } = useRecentDeliveries(webhookId)
  return (
    <ul className="border-t border-line">
      {data.map((delivery) => (
        <li key={delivery.id} className="border-b border-line last:border-b-0">
          <Link
            to="/deliveries/$deliveryId"
            params={{ deliveryId: delivery.id }}
            search={{ webhook: webhookId }}
            className="flex items-center gap-3 px-4 py-2 text-sm hover:bg-hover"
          >
            <StatusBadge status={delivery.status} />
            <span className="min-w-0 flex-1 truncate">{delivery.eventKey}</span>
            <span className="text-muted">
              <Time at={delivery.createdAt} />
            </span>
          </Link>
        </li>
      ))}
      {data.length === 0 && <li className="px-4 py-3 text-sm text-muted">{say('noDeliveries')}</li>}
    </ul>
  )
}

interface FigureProps {
  readonly name: string
  readonly note?: ReactNode
  readonly children: ReactNode
}

function Figure({ name, note, children }: FigureProps) {
  return (
    <div>
      <div className="text-xs text-muted">{name}</div>
      <div className="text-base font-semibold tabular-nums">{children}</div>
      {note !== undefined && <div className="text-xs text-muted">{note}</div>}
    </div>
  )
}
