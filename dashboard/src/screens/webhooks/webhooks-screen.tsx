// Owns the list of webhooks: for each, at a glance, whether it works.
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useCan } from '../../session/session.tsx'
import { buttonLook } from '../../ui/button.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states.tsx'
import { useWebhooks } from './webhook-queries.ts'
import { WebhookRow } from './webhook-row.tsx'
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
          <WebhookRow webhook={webhook} />
        </li>
      ))}
    </ul>
  )
}
