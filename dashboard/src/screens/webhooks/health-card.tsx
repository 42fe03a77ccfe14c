// Owns how a webhook does: what arrived and what did not, and if it fails, why and since when.
import type { DeliverySummary, Webhook } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import { useLanguage } from '../../language/language.ts'
import { useSharedWords } from '../../language/shared-words.ts'
import { countText } from '../../language/time-text.ts'
import { Card } from '../../ui/page.tsx'
import { StatusBadge } from '../../ui/status-badge.tsx'
import { Time } from '../../ui/time.tsx'
import { failingSince } from './failing-since.ts'
import { RecentStrip } from './recent-strip.tsx'
import { useRecentDeliveries } from './webhook-queries.ts'
import { useWebhookWords } from './webhook-words.ts'

const SHOWN = 5

export function HealthCard({ webhook }: { readonly webhook: Webhook }) {
  const say = useWebhookWords()
  const sayShared = useSharedWords()
  const language = useLanguage()
  const { data = [] } = useRecentDeliveries(webhook.id)
  const { successCount, failureCount, lastDeliveryAt } = webhook
  return (
    <Card
      title={say('health')}
      aside={
        <Link to="/deliveries" search={{ webhook: webhook.id }} className="text-sm text-accent-text underline">
          {say('allDeliveries')}
        </Link>
      }
    >
      <div className="flex flex-wrap items-end gap-x-8 gap-y-3 p-4">
        <Figure name={say('delivered')}>{countText(successCount, language)}</Figure>
        <Figure name={say('failed')}>{countText(failureCount, language)}</Figure>
        <Figure name={say('lastDelivery')}>
          {lastDeliveryAt === null ? sayShared('never') : <Time at={lastDeliveryAt} />}
        </Figure>
        {data.length > 0 && <RecentStrip deliveries={data} />}
      </div>
      <Why deliveries={data} />
      <ul className="border-t border-line">
        {data.slice(0, SHOWN).map((delivery) => (
          <li key={delivery.id} className="border-b border-line last:border-b-0">
            <Link
              to="/deliveries/$deliveryId"
              params={{ deliveryId: delivery.id }}
              search={{ webhook: webhook.id }}
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
    </Card>
  )
}

function Why({ deliveries }: { readonly deliveries: readonly DeliverySummary[] }) {
  const say = useWebhookWords()
  const failing = failingSince(deliveries)
  if (failing === undefined) return null
  return (
    <div className="flex flex-col gap-1 border-t border-line bg-fail-soft px-4 py-3 text-sm">
      <p className="font-semibold text-fail">
        {say('failingSince')} <Time at={failing.since} isExact /> (<Time at={failing.since} />)
      </p>
      <p>{failing.reason}</p>
    </div>
  )
}

function Figure({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <div className="text-xs text-muted">{name}</div>
      <div className="text-lg font-semibold tabular-nums">{children}</div>
    </div>
  )
}
