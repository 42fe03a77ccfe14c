// Owns the list of webhooks: for each, at a glance, whether it works.
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useCan } from '../../session/session.tsx'
import { buttonLook } from '../../ui/button.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { Rows } from '../../ui/rows.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { useWebhooks } from './webhook-queries.ts'
import { WebhookRow } from './webhook-row.tsx'
import { useWebhookWords } from './webhook-words.ts'

export default function WebhooksScreen() {
  const say = useWebhookWords()
  return (
    <Page title={say('title')} note={say('note')} actions={<AddLink />}>
      <Card>
        <AllWebhooks />
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

function AllWebhooks() {
  const say = useWebhookWords()
  const { data, error, isPending, refetch } = useWebhooks()
  return (
    <Rows
      // What was there stays when it is asked for again in vain.
      list={{ rows: data ?? [], error: data === undefined ? error : null, isPending, refetch }}
      label={say('title')}
      keyOf={({ id }) => id}
      row={(webhook) => <WebhookRow webhook={webhook} />}
      empty={
        <EmptyState title={say('emptyTitle')} action={<AddLink />}>
          {say('emptyText')}
        </EmptyState>
      }
    />
  )
}
