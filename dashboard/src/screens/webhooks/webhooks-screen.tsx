// Owns the list of webhooks: for each, at a glance, whether it works.
import type { Webhook } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useLanguage } from '../../language/language.ts'
import { useSharedWords } from '../../language/shared-words.ts'
import { countText } from '../../language/time-text.ts'
import { useCan } from '../../session/session.tsx'
import { shortUrl } from '../../session/webhook-names.ts'
import { buttonLook } from '../../ui/button.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { RecentStrip } from './recent-strip.tsx'
import { useRecentDeliveries, useWebhooks } from './webhook-queries.ts'
import { WebhookState } from './webhook-state.tsx'
import { useWebhookWords } from './webhook-words.ts'

export default function WebhooksScreen() {
  const say = useWebhookWords()
  return (
    <Page title={say('title')} note={say('note')} actions={<AddLink />}>
      <Card>
        <Rows />
      </Card>
    </Page>
  )
}

function AddLink() {
  const say = useWebhookWords()
  if (!useCan('manage')) return null
  return (
    <Link to="/webhooks/new" className={buttonLook('primary')}>
      <Plus size={16} aria-hidden /> {say('add')}
    </Link>
  )
}

function Rows() {
  const say = useWebhookWords()
  const { data, error, isPending, refetch } = useWebhooks()
  if (isPending) return <LoadingRows rows={4} />
  if (data === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (data.length === 0)
    return (
      <EmptyState title={say('emptyTitle')} action={<AddLink />}>
        {say('emptyText')}
      </EmptyState>
    )
  return (
    <ul aria-label={say('title')}>
      {data.map((webhook) => (
        <li key={webhook.id} className="border-b border-line last:border-b-0">
          <Row webhook={webhook} />
        </li>
      ))}
    </ul>
  )
}

function Row({ webhook }: { readonly webhook: Webhook }) {
  const say = useWebhookWords()
  const sayShared = useSharedWords()
  const language = useLanguage()
  const recent = useRecentDeliveries(webhook.id)
  const { id, url, description, successCount, failureCount, subscriptionCount, lastDeliveryAt } = webhook
  const ended = successCount + failureCount
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 })
  return (
    <Link
      to="/webhooks/$webhookId"
      params={{ webhookId: id }}
      className="grid grid-cols-1 items-center gap-x-6 gap-y-2 px-4 py-3.5 hover:bg-hover sm:grid-cols-[minmax(0,1fr)_auto] lg:grid-cols-[minmax(0,1fr)_9rem_6rem_8rem_8rem]"
    >
      <span className="flex min-w-0 flex-col gap-1">
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="max-w-full truncate font-medium">{shortUrl(url)}</span>
          <WebhookState webhook={webhook} />
        </span>
        <span className="truncate text-sm text-muted">
          {say('subscriptionCount', { count: subscriptionCount })}
          {description !== null && ` · ${description}`}
        </span>
      </span>
      <span className="h-6">{recent.data !== undefined && <RecentStrip deliveries={recent.data} />}</span>
      <Figure name={say('rate')}>{ended === 0 ? '–' : percent.format(successCount / ended)}</Figure>
      <Figure name={say('failed')}>{countText(failureCount, language)}</Figure>
      <Figure name={say('lastDelivery')}>
        {lastDeliveryAt === null ? sayShared('never') : <Time at={lastDeliveryAt} />}
      </Figure>
    </Link>
  )
}

function Figure({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <span className="hidden flex-col text-sm lg:flex">
      <span className="text-xs text-muted">{name}</span>
      <span className="tabular-nums">{children}</span>
    </span>
  )
}
