// Owns how a webhook stands, in a badge and in a sentence.
import type { Webhook, WebhookHealth } from '@getsupervisor/agents-studio-sdk'
import { CircleAlert, CircleCheck, CircleX, Pause } from 'lucide-react'
import { Badge } from '../../ui/status-badge.tsx'
import { useWebhookWords } from './webhook-words.ts'

interface WebhookStateProps {
  readonly webhook: Webhook
  /** undefined: not known yet. */
  readonly health?: WebhookHealth | undefined
}

export function WebhookState({ webhook, health }: WebhookStateProps) {
  const say = useWebhookWords()
  const { isActive, disabledReason, subscriptionCount } = webhook
  if (disabledReason !== null)
    return (
      <Badge tone="fail" icon={CircleX}>
        {say(disabledReason === 'gone' ? 'disabledGone' : 'disabledFailing')}
      </Badge>
    )
  if (!isActive)
    return (
      <Badge tone="wait" icon={Pause}>
        {say('paused')}
      </Badge>
    )
  if (health?.state === 'failing')
    return (
      <Badge tone="fail" icon={CircleAlert}>
        {say('failing')}
      </Badge>
    )
  if (subscriptionCount === 0)
    return (
      <Badge tone="wait" icon={CircleAlert}>
        {say('noSubscription')}
      </Badge>
    )
  return (
    <Badge tone="ok" icon={CircleCheck}>
      {say('active')}
    </Badge>
  )
}
