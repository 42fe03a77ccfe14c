// Owns what waits: by what it waits for, and for each of the webhooks with most, since when and for how long.
import type { InstanceBacklog, WebhookBacklog } from '@getsupervisor/agents-studio-sdk'
import { useNow } from '../../browser/clock.ts'
import { useLanguage } from '../../language/language.ts'
import { useSharedWords } from '../../language/shared-words.ts'
import { countText, durationText } from '../../language/time-text.ts'
import { shortUrl } from '../../session/webhook-names.ts'
import { Badge } from '../../ui/status-badge.tsx'
import { Time } from '../../ui/time.tsx'
import { Drain } from '../overview/figures-card.tsx'
import { useInstanceWords } from './instance-words.ts'
import { useOpenWorkspace } from './use-open-workspace.ts'

const REASONS = ['due', 'retry', 'schedule', 'callOrder', 'consumer', 'webhookInactive'] as const

export function BacklogCard({ backlog }: { readonly backlog: InstanceBacklog }) {
  const say = useInstanceWords()
  const language = useLanguage()
  const { queued, queuedBy, queuedIsExact, oldestDueAt, webhooks } = backlog
  if (queued === 0) return <p className="p-4 text-sm text-muted">{say('nothingQueued')}</p>
  return (
    <>
      <dl className="flex flex-wrap gap-x-8 gap-y-2 border-b border-line px-4 py-3 text-sm">
        {REASONS.filter((reason) => queuedBy[reason] > 0).map((reason) => (
          <div key={reason} className="flex gap-2">
            <dt className="text-muted">{say(reason)}</dt>
            <dd className="font-semibold tabular-nums">{countText(queuedBy[reason], language)}</dd>
          </div>
        ))}
        {oldestDueAt !== null && (
          <div className="flex gap-2">
            <dt className="text-muted">{say('oldestDue')}</dt>
            <dd className="font-semibold">
              <Time at={oldestDueAt} />
            </dd>
          </div>
        )}
      </dl>
      {!queuedIsExact && <p className="border-b border-line px-4 py-2 text-xs text-muted">{say('looked')}</p>}
      <ul>
        {webhooks.map((one) => (
          <li key={one.webhookId} className="border-b border-line last:border-b-0">
            <Row one={one} />
          </li>
        ))}
      </ul>
    </>
  )
}

function Row({ one }: { readonly one: WebhookBacklog }) {
  const say = useInstanceWords()
  const sayShared = useSharedWords()
  const language = useLanguage()
  const open = useOpenWorkspace()
  const { workspaceId, workspaceName, webhookId, url, failingSince, backlog } = one
  const { pending, pendingIsExact, oldestPendingAt, nextAttemptAt } = backlog
  return (
    <button
      type="button"
      onClick={() => open(workspaceId, webhookId)}
      className="grid w-full grid-cols-1 items-center gap-x-6 gap-y-1.5 px-4 py-3 text-left text-sm hover:bg-hover lg:grid-cols-[minmax(0,1fr)_5rem_8rem_8rem_13rem]"
    >
      <span className="flex min-w-0 flex-col gap-1">
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="max-w-full truncate font-medium">{shortUrl(url)}</span>
          <State one={one} />
        </span>
        <span className="truncate text-muted">{workspaceName}</span>
      </span>
      <Figure name={say('queued')}>
        {countText(pending, language)}
        {!pendingIsExact && '+'}
      </Figure>
      <Figure name={say('oldest')}>
        {oldestPendingAt === null ? sayShared('none') : <Time at={oldestPendingAt} />}
      </Figure>
      <Figure name={say('next')}>{nextAttemptAt === null ? '–' : <Time at={nextAttemptAt} />}</Figure>
      <Figure name={say('forecast')}>
        <Drain {...backlog} isFailing={failingSince !== null} />
      </Figure>
    </button>
  )
}

function State({ one: { isActive, disabledReason, failingSince } }: { readonly one: WebhookBacklog }) {
  const say = useInstanceWords()
  const language = useLanguage()
  const now = useNow()
  if (disabledReason !== null) return <Badge tone="fail">{say('disabled')}</Badge>
  if (!isActive) return <Badge tone="wait">{say('paused')}</Badge>
  if (failingSince === null) return null
  return <Badge tone="fail">{say('failing', { time: durationText(now - Date.parse(failingSince), language) })}</Badge>
}

function Figure({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <span className="flex gap-2 lg:flex-col lg:gap-0">
      <span className="text-xs text-muted">{name}</span>
      <span className="tabular-nums">{children}</span>
    </span>
  )
}
