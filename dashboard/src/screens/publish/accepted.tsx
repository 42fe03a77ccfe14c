// Owns what became of a published event: how many deliveries it has, or why nobody gets it.
import type { AcceptedEvent } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import { useSharedWords } from '../../language/shared-words.ts'
import { useWebhookName } from '../../session/webhook-names.ts'
import { IdText } from '../../ui/id-text.tsx'
import { Notice } from '../../ui/states.tsx'
import { useEventWords } from '../events/event-words.ts'
import { usePublishWords } from './publish-words.ts'

export function Accepted({ event }: { readonly event: AcceptedEvent }) {
  const say = usePublishWords()
  const sayShared = useSharedWords()
  const { id, duplicate, deliveryCount, skipped } = event
  return (
    <div className="flex flex-col gap-3 rounded-lg border border-line bg-surface p-4">
      <Notice tone={duplicate || deliveryCount === 0 ? 'wait' : 'ok'}>
        <strong>{say(duplicate ? 'duplicate' : 'accepted')}</strong>{' '}
        {!duplicate && deliveryCount > 0 && say('deliveries', { count: deliveryCount })}
      </Notice>
      <IdText id={id} name={sayShared('event')} />
      {skipped !== undefined && <Skipped skipped={skipped} />}
      <Link to="/events/$eventId" params={{ eventId: id }} className="text-sm text-accent-text underline">
        {say('openEvent')}
      </Link>
    </div>
  )
}

function Skipped({ skipped }: { readonly skipped: NonNullable<AcceptedEvent['skipped']> }) {
  const say = usePublishWords()
  const sayOfEvents = useEventWords()
  const nameOf = useWebhookName()
  if (skipped.length === 0) return <p className="text-sm">{say('noWebhooks')}</p>
  return (
    <div className="text-sm">
      <p>{say('nobody')}</p>
      <ul className="mt-2 flex flex-col gap-2">
        {skipped.map(({ webhookId, reason }) => (
          <li key={webhookId}>
            <Link to="/webhooks/$webhookId" params={{ webhookId }} className="text-accent-text underline">
              {nameOf(webhookId)}
            </Link>
            <p className="text-muted">{sayOfEvents(reason)}</p>
          </li>
        ))}
      </ul>
    </div>
  )
}
