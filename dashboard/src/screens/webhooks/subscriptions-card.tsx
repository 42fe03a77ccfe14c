// Owns the subscriptions of a webhook: which there are, whether each is active, and adding one from the catalogue.
import type { Subscription } from '@getsupervisor/agents-studio-sdk'
import { Trash2 } from 'lucide-react'
import { useCan } from '../../session/session.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { INPUT } from '../../ui/field.tsx'
import { Card } from '../../ui/page.tsx'
import { ErrorWords, LoadingRows, Notice } from '../../ui/states.tsx'
import { useEventTypes, useSubscriptions, useWebhookChange } from './webhook-queries.ts'
import { useWebhookWords } from './webhook-words.ts'

export function SubscriptionsCard({ webhookId }: { readonly webhookId: string }) {
  const say = useWebhookWords()
  const { data, error, isPending } = useSubscriptions(webhookId)
  const mayManage = useCan('manage')
  return (
    <Card title={say('subscriptions')}>
      {isPending && <LoadingRows rows={2} />}
      {error !== null && (
        <Notice tone="fail">
          <ErrorWords error={error} />
        </Notice>
      )}
      <ul>
        {data?.map((one) => (
          <SubscriptionRow key={one.id} subscription={one} />
        ))}
      </ul>
      {data?.length === 0 && <p className="p-4 text-sm text-muted">{say('nothingSubscribed')}</p>}
      {mayManage && <AddSubscription webhookId={webhookId} subscribed={data ?? []} />}
    </Card>
  )
}

function SubscriptionRow({ subscription }: { readonly subscription: Subscription }) {
  const say = useWebhookWords()
  const { id, webhookId, eventKey, isActive } = subscription
  const toggle = useWebhookChange(webhookId, (client, active: boolean) =>
    client.webhooks.updateSubscription(webhookId, id, { isActive: active }),
  )
  const remove = useWebhookChange(webhookId, (client) => client.webhooks.deleteSubscription(webhookId, id))
  const mayManage = useCan('manage')
  const isBusy = toggle.isPending || remove.isPending
  return (
    <li className="flex items-center gap-3 border-b border-line px-4 py-1.5">
      <input
        type="checkbox"
        aria-label={say('activeToggle', { key: eventKey })}
        className="size-4 accent-accent-text"
        checked={isActive}
        disabled={isBusy || !mayManage}
        onChange={() => toggle.mutate(!isActive)}
      />
      <code className={`min-w-0 flex-1 truncate font-mono text-sm ${isActive ? '' : 'text-muted line-through'}`}>
        {eventKey}
      </code>
      {mayManage && (
        <IconButton
          label={say('unsubscribe', { key: eventKey })}
          disabled={isBusy}
          onClick={() => remove.mutate(undefined)}
        >
          <Trash2 size={15} aria-hidden />
        </IconButton>
      )}
    </li>
  )
}

interface AddProps {
  readonly webhookId: string
  readonly subscribed: readonly Subscription[]
}

function AddSubscription({ webhookId, subscribed }: AddProps) {
  const say = useWebhookWords()
  const types = useEventTypes()
  const add = useWebhookChange(webhookId, (client, eventKey: string) =>
    client.webhooks.createSubscription(webhookId, { eventKey }),
  )
  const free = types.data?.filter(({ key }) => !subscribed.some(({ eventKey }) => eventKey === key)) ?? []
  return (
    <form
      className="flex flex-wrap gap-2 p-4"
      onSubmit={(event) => {
        event.preventDefault()
        const key = String(new FormData(event.currentTarget).get('key') ?? '')
        if (key !== '') add.mutate(key)
      }}
    >
      <select
        name="key"
        aria-label={say('chooseType')}
        className={`${INPUT} max-h-9 min-w-0 flex-1 basis-40 py-1 text-sm`}
      >
        {free.map(({ key }) => (
          <option key={key}>{key}</option>
        ))}
      </select>
      <Button type="submit" disabled={add.isPending || free.length === 0}>
        {say('addType')}
      </Button>
      {add.error !== null && (
        <Notice tone="fail">
          <ErrorWords error={add.error} />
        </Notice>
      )}
    </form>
  )
}
