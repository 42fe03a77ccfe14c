// Owns the test that only the current secret signs: whether a receiver has taken over a new one, before the old one ends.
import type { Webhook } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import { Send } from 'lucide-react'
import { useCanTest } from '../../session/session.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorWords, Notice } from '../../ui/states.tsx'
import { useEventTypes, useSubscriptions, useWebhookChange } from './webhook-queries.ts'
import { useWebhookWords } from './webhook-words.ts'

interface CurrentSecretProps {
  readonly webhook: Webhook
  /** Until when a replaced secret signs what is no test; null: none does. */
  readonly overlapUntil: string | null
}

export function CurrentSecretTest({ webhook, overlapUntil }: CurrentSecretProps) {
  const say = useWebhookWords()
  const mayTest = useCanTest()
  const types = useEventTypes()
  const subscriptions = useSubscriptions(webhook.id)
  const key = subscriptions.data?.[0]?.eventKey ?? types.data?.[0]?.key ?? ''
  const test = useWebhookChange(webhook.id, (client, eventKey: string) =>
    client.webhooks.test(webhook.id, { eventKey, currentSecretOnly: true }),
  )
  if (webhook.kind === 'pull') return <p className="text-sm text-muted">{say('newSecretPull')}</p>
  if (!mayTest) return <p className="text-sm text-muted">{say('newSecretNoTest')}</p>
  return (
    <>
      <p className="text-sm text-muted">{say('newSecretText')}</p>
      <div>
        <Button kind="primary" disabled={test.isPending || key === ''} onClick={() => test.mutate(key)}>
          <Send size={15} aria-hidden /> {say(test.isPending ? 'testSending' : 'newSecretTest')}
        </Button>
      </div>
      {test.error !== null && (
        <Notice tone="fail">
          <ErrorWords error={test.error} />
        </Notice>
      )}
      {test.data !== undefined && (
        <Notice tone={test.data.delivered ? 'ok' : 'fail'}>
          <p>
            <strong>{say(test.data.delivered ? 'newSecretTaken' : 'newSecretRefused')}</strong>{' '}
            {test.data.attempt.error}
          </p>
          {!test.data.delivered && overlapUntil !== null && <p>{say('newSecretNothingLost')}</p>}
          <Link
            to="/deliveries/$deliveryId"
            params={{ deliveryId: test.data.deliveryId }}
            className="text-sm underline"
          >
            {say('testOpen')}
          </Link>
        </Notice>
      )}
    </>
  )
}
