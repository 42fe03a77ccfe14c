// Owns one webhook in the list: at a glance, whether it works, and if not since when and why.
import type { Webhook, WebhookHealth } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useNow } from '../../browser/clock.ts'
import { useSeen } from '../../browser/seen.ts'
import { useLanguage } from '../../language/language.ts'
import { countText, durationText } from '../../language/time-text.ts'
import { shortUrl } from '../../session/webhook-names.ts'
import { Time } from '../../ui/time.tsx'
import { rateText } from '../overview/figures-card.tsx'
import { Spark } from '../overview/spark.tsx'
import { useWebhookHealth, useWebhookStats } from './webhook-queries.ts'
import { WebhookState } from './webhook-state.tsx'
import { useWebhookWords } from './webhook-words.ts'

export function WebhookRow({ webhook }: { readonly webhook: Webhook }) {
  const say = useWebhookWords()
  const language = useLanguage()
  const [row, isSeen] = useSeen<HTMLAnchorElement>()
  const { data: statistics } = useWebhookStats(webhook.id, isSeen)
  const { data: health } = useWebhookHealth(webhook.id, isSeen)
  const { id, url, description, subscriptionCount } = webhook
  const backlog = statistics?.backlog
  return (
    <Link
      ref={row}
      to="/webhooks/$webhookId"
      params={{ webhookId: id }}
      className="grid grid-cols-1 items-center gap-x-6 gap-y-2 px-4 py-3.5 hover:bg-hover sm:grid-cols-[minmax(0,1fr)_8rem] lg:grid-cols-[minmax(0,1fr)_9rem_5rem_5rem_8rem]"
    >
      <span className="flex min-w-0 flex-col gap-1">
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="max-w-full truncate font-medium">{shortUrl(url)}</span>
          <WebhookState webhook={webhook} health={health} />
        </span>
        <span className="truncate text-sm text-muted">
          <Why health={health} />
          {say('subscriptionCount', { count: subscriptionCount })}
          {description !== null && ` · ${description}`}
        </span>
      </span>
      <span className="h-8">{statistics !== undefined && <Spark counted={statistics} />}</span>
      <Figure name={say('rate')}>
        {statistics === undefined ? '–' : rateText(statistics.total.succeeded, statistics.total.attempts, language)}
      </Figure>
      <Figure name={say('waiting')}>
        {backlog === undefined ? '–' : `${countText(backlog.pending, language)}${backlog.pendingIsExact ? '' : '+'}`}
      </Figure>
      <Figure name={say('nextAttempt')}>
        {backlog?.nextAttemptAt == null ? '–' : <Time at={backlog.nextAttemptAt} />}
      </Figure>
    </Link>
  )
}

/** Of one that fails: since when, and the most frequent cause. In the line that is there anyway, so that nothing moves. */
function Why({ health }: { readonly health: WebhookHealth | undefined }) {
  const say = useWebhookWords()
  const language = useLanguage()
  const now = useNow()
  if (health === undefined || health.failingSince === null) return null
  return (
    <span className="text-fail">
      {say('failingFor', { time: durationText(now - Date.parse(health.failingSince), language) })}
      {health.causes[0] !== undefined && `: ${health.causes[0].message}`} ·{' '}
    </span>
  )
}

function Figure({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <span className="hidden flex-col text-sm lg:flex">
      <span className="text-xs text-muted">{name}</span>
      <span className="tabular-nums">{children}</span>
    </span>
  )
}
