// Owns the page of one webhook: whether it works and why not, and everything that belongs to it.
import type { Webhook } from '@getsupervisor/agents-studio-sdk'
import { Link, useParams } from '@tanstack/react-router'
import { ChevronLeft, Pencil } from 'lucide-react'
import { useCan, useCanTest } from '../../session/session.tsx'
import { shortUrl } from '../../session/webhook-names.ts'
import { buttonLook } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { ErrorState, LoadingRows, Notice } from '../../ui/states.tsx'
import { ReplayCard } from '../replays/replay-card.tsx'
import { useReplays } from '../replays/replay-queries.ts'
import { HealthCard } from './health-card.tsx'
import { SecretCard } from './secret-card.tsx'
import { SettingsCard } from './settings-card.tsx'
import { SubscriptionsCard } from './subscriptions-card.tsx'
import { TestSend } from './test-send.tsx'
import { RemoveWebhook, ToggleWebhook } from './webhook-actions.tsx'
import {
  useEventTypes,
  useRecentDeliveries,
  useSubscriptions,
  useWebhook,
  useWebhookHealth,
  useWebhookStats,
} from './webhook-queries.ts'
import { WebhookState } from './webhook-state.tsx'
import { useWebhookWords } from './webhook-words.ts'

export default function WebhookPage() {
  const { webhookId } = useParams({ from: '/webhooks/$webhookId' })
  const { data, error, isPending, refetch } = useWebhook(webhookId)
  const areCardsPending = useCardsPending(webhookId)
  // All at once, and together: a card that came later would push those below it.
  if (isPending || (data !== undefined && areCardsPending)) return <LoadingRows rows={6} />
  if (data === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />
  return <LoadedWebhook webhook={data} />
}

/** Asks for what the cards show, with the webhook itself and not after it. */
function useCardsPending(webhookId: string): boolean {
  const own = [useSubscriptions(webhookId), useWebhookHealth(webhookId), useWebhookStats(webhookId)]
  const asked = [...own, useRecentDeliveries(webhookId), useReplays(webhookId), useEventTypes()]
  return asked.some((query) => query.isPending)
}

function LoadedWebhook({ webhook }: { readonly webhook: Webhook }) {
  const say = useWebhookWords()
  const [mayManage, maySeeSecrets, mayReplay] = [useCan('manage'), useCan('secrets'), useCan('replay')]
  const mayTest = useCanTest()
  const { id, url, description } = webhook
  const { data: health } = useWebhookHealth(id)
  return (
    <Page
      name={shortUrl(url).slice(0, 60)}
      title={<span className="break-all">{shortUrl(url)}</span>}
      note={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <WebhookState webhook={webhook} health={health} />
          {description !== null && <span className="max-w-prose">{description}</span>}
        </span>
      }
      actions={
        <>
          <Link to="/webhooks" className={buttonLook('bare')}>
            <ChevronLeft size={15} aria-hidden /> {say('title')}
          </Link>
          {mayManage && <ManageActions webhook={webhook} />}
        </>
      }
    >
      <WhyOff webhook={webhook} />
      <div className="grid grid-cols-1 items-start gap-5 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-5">
          <HealthCard webhook={webhook} />
          <SubscriptionsCard webhookId={id} />
          {mayReplay && <ReplayCard webhook={webhook} />}
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          {mayTest && webhook.kind === 'push' && <TestSend webhook={webhook} />}
          {maySeeSecrets && <SecretCard webhook={webhook} />}
          <SettingsCard webhook={webhook} />
        </div>
      </div>
    </Page>
  )
}

function ManageActions({ webhook }: { readonly webhook: Webhook }) {
  const say = useWebhookWords()
  return (
    <>
      <Link to="/webhooks/$webhookId/edit" params={{ webhookId: webhook.id }} className={buttonLook('quiet')}>
        <Pencil size={15} aria-hidden /> {say('edit')}
      </Link>
      <ToggleWebhook webhook={webhook} />
      <RemoveWebhook webhook={webhook} />
    </>
  )
}

function WhyOff({ webhook }: { readonly webhook: Webhook }) {
  const say = useWebhookWords()
  const { isActive, disabledReason } = webhook
  if (isActive) return null
  if (disabledReason === null) return <Notice tone="wait">{say('pausedText')}</Notice>
  return <Notice tone="fail">{say(disabledReason === 'gone' ? 'goneText' : 'failingText')}</Notice>
}
