// Owns what needs somebody's attention, in words and with where to go; or that nothing does.
import type { WebhookHealth } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import { CircleAlert, CircleCheck, CirclePause, CircleX, Clock, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { useNow } from '../../browser/clock.ts'
import { shortUrl } from '../../session/webhook-names.ts'
import { Card } from '../../ui/page.tsx'
import { TextWithTimes, Time } from '../../ui/time.tsx'
import { type Attention, attentionOf } from './attention.ts'
import type { Examined, Waiting } from './overview-queries.ts'
import { useOverviewWords } from './overview-words.ts'
import type { Span } from './span.ts'

const ICONS: Readonly<Record<Attention['kind'], { readonly icon: LucideIcon; readonly look: string }>> = {
  disabled: { icon: CircleX, look: 'text-fail' },
  failing: { icon: CircleAlert, look: 'text-fail' },
  late: { icon: Clock, look: 'text-accent-text' },
  unsubscribed: { icon: CircleAlert, look: 'text-accent-text' },
  paused: { icon: CirclePause, look: 'text-wait' },
}
/** The first so many: the list of webhooks has all of them. */
const SHOWN = 8

interface AttentionProps {
  readonly examined: Examined
  readonly backlog: Waiting
  /** Deliveries that ended in failure within the span. */
  readonly failed: number
  readonly span: Span
}

export function AttentionCard({ examined, backlog, failed, span }: AttentionProps) {
  const say = useOverviewWords()
  const { webhooks, healths, isAnyUndelivered } = examined
  const found = attentionOf(webhooks, healths, backlog, useNow())
  const isQuiet = found.length === 0 && !isAnyUndelivered && failed === 0
  return (
    <Card title={say('attention')}>
      {isQuiet ? (
        <p className="flex items-center gap-3 px-4 py-3.5 text-sm">
          <CircleCheck size={18} aria-hidden className="shrink-0 text-ok" /> {say('allWell')}
        </p>
      ) : (
        <ul>
          {found.slice(0, SHOWN).map((one) => (
            <Item key={one.kind === 'late' ? 'late' : one.webhook.id} one={one} />
          ))}
          {failed > 0 && <FailedForGood failed={failed} span={span} />}
          {isAnyUndelivered && <Undelivered />}
          {found.length > SHOWN && (
            <li className="px-4 py-3 text-sm">
              <Link to="/webhooks" className="text-accent-text underline">
                {say('more', { count: found.length - SHOWN })}
              </Link>
            </li>
          )}
        </ul>
      )}
    </Card>
  )
}

function Item({ one }: { readonly one: Attention }) {
  const say = useOverviewWords()
  if (one.kind === 'late')
    return (
      <Row kind="late">
        <Link to="/deliveries" search={{ status: 'queued' }} className="font-medium underline underline-offset-4">
          {say('late')}
        </Link>
        <p className="text-muted">
          {say('lateText')} <Time at={one.oldestAt} />.
        </p>
      </Row>
    )
  const { webhook, kind } = one
  return (
    <Row kind={kind}>
      <Link
        to="/webhooks/$webhookId"
        params={{ webhookId: webhook.id }}
        className="font-medium break-all underline underline-offset-4"
      >
        {shortUrl(webhook.url)}
      </Link>
      {kind === 'disabled' || kind === 'failing' ? (
        <>
          <Why health={one.health} />
        </>
      ) : (
        <p className="text-muted">{say(kind)}</p>
      )}
    </Row>
  )
}

/** The most frequent cause and what to do; what else the service says where it counted none. */
function Why({ health }: { readonly health: WebhookHealth }) {
  const say = useOverviewWords()
  const { summary, causes, change, failingSince, failures, attempts } = health
  const [cause] = causes
  if (cause === undefined)
    return (
      <p>
        <TextWithTimes text={summary} />
      </p>
    )
  return (
    <>
      <p>
        {cause.message} {cause.advice}
      </p>
      {change !== null && (
        <p>
          <TextWithTimes text={change.message} />
        </p>
      )}
      <p className="text-muted">
        {failingSince !== null && (
          <>
            {say('since')} <Time at={failingSince} isExact /> (<Time at={failingSince} />) ·{' '}
          </>
        )}
        {say('failedOf', { failures, attempts })}
      </p>
    </>
  )
}

function FailedForGood({ failed, span }: Pick<AttentionProps, 'failed' | 'span'>) {
  const say = useOverviewWords()
  return (
    <Row kind="disabled">
      <Link
        to="/deliveries"
        search={{ status: 'failed', range: span }}
        className="font-medium underline underline-offset-4"
      >
        {say('failedForGood', { count: failed })}
      </Link>
      <p className="text-muted">{say('failedForGoodText')}</p>
    </Row>
  )
}

function Undelivered() {
  const say = useOverviewWords()
  return (
    <Row kind="unsubscribed">
      <Link to="/events" search={{ undelivered: 'yes' }} className="font-medium underline underline-offset-4">
        {say('undelivered')}
      </Link>
      <p className="text-muted">{say('undeliveredText')}</p>
    </Row>
  )
}

function Row({ kind, children }: { readonly kind: Attention['kind']; readonly children: ReactNode }) {
  const { icon: Icon, look } = ICONS[kind]
  return (
    <li className="flex gap-3 border-b border-line px-4 py-3 last:border-b-0">
      <Icon size={18} aria-hidden className={`mt-0.5 shrink-0 ${look}`} />
      <div className="flex min-w-0 flex-col gap-0.5 text-sm">{children}</div>
    </li>
  )
}
