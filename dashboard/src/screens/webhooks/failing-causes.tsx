// Owns why a webhook fails: each cause with how often, since when, what to do, and the last attempt that failed so.
import type { FailingCause, WebhookHealth } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import { useLanguage } from '../../language/language.ts'
import { countText } from '../../language/time-text.ts'
import { TextWithTimes, Time } from '../../ui/time.tsx'
import { useWebhookWords } from './webhook-words.ts'

const SHOWN = 4

export function FailingCauses({
  health: { webhookId, failingSince, causes, change },
}: {
  readonly health: WebhookHealth
}) {
  const say = useWebhookWords()
  return (
    <div className="border-b border-line">
      {failingSince !== null && (
        <div role="status" className="flex flex-col gap-1 border-b border-line bg-fail-soft px-4 py-3 text-sm">
          <p className="font-semibold text-fail">
            {say('failingSince')} <Time at={failingSince} isExact /> (<Time at={failingSince} />)
          </p>
          {change !== null && (
            <p>
              <TextWithTimes text={change.message} />
            </p>
          )}
        </div>
      )}
      <ul aria-label={say('causes')}>
        {causes.slice(0, SHOWN).map((cause) => (
          <li
            key={cause.cause}
            className="flex flex-col gap-0.5 border-b border-line px-4 py-3 text-sm last:border-b-0"
          >
            <Cause cause={cause} webhookId={webhookId} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Cause({ cause, webhookId }: { readonly cause: FailingCause; readonly webhookId: string }) {
  const say = useWebhookWords()
  const language = useLanguage()
  const { message, advice, count, latest } = cause
  return (
    <>
      <span className="flex justify-between gap-4">
        <span className="font-medium">{message}</span>
        <span className="shrink-0 text-muted tabular-nums">
          {say('countOf', { count, shown: countText(count, language) })}
        </span>
      </span>
      <span>{advice}</span>
      {latest !== null && (
        <Link
          to="/deliveries/$deliveryId"
          params={{ deliveryId: latest.deliveryId }}
          search={{ webhook: webhookId }}
          className="min-w-0 text-muted underline decoration-line underline-offset-4 hover:decoration-ink"
        >
          {say('lastWords')} {latest.error} (<Time at={latest.at} />)
        </Link>
      )}
    </>
  )
}
