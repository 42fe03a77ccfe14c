// Owns what happened to a delivery in words: how it stands, why, and what comes next.
import type { Attempt, Delivery } from '@getsupervisor/agents-studio-sdk'
import { useLanguage } from '../../language/language.ts'
import { durationText } from '../../language/time-text.ts'
import { Time } from '../../ui/time.tsx'
import { useDeliveryWords } from './delivery-words.ts'

interface WordsProps {
  readonly delivery: Delivery
  readonly attempts: readonly Attempt[]
}

export function DeliverySummaryWords({ delivery, attempts }: WordsProps) {
  const say = useDeliveryWords()
  const { status, lastError, nextAttemptAt } = delivery
  if (status === 'success') return <DeliveredWords delivery={delivery} attempts={attempts} />
  return (
    <div className="flex max-w-prose flex-col gap-1">
      {lastError !== null && <p className={status === 'failed' ? 'text-fail' : ''}>{lastError}</p>}
      {status === 'failed' && <p className="text-muted">{say('noMore')}</p>}
      {status === 'sending' && <p className="text-muted">{say('sendingText')}</p>}
      {status === 'queued' && (
        <p className="text-muted">
          {delivery.attempts === 0 ? say('queuedFirst') : null}{' '}
          {nextAttemptAt !== null && (
            <>
              {say('queuedNext')} <Time at={nextAttemptAt} /> (<Time at={nextAttemptAt} isExact />
              ).
            </>
          )}
        </p>
      )}
    </div>
  )
}

function DeliveredWords({ delivery, attempts }: WordsProps) {
  const say = useDeliveryWords()
  const language = useLanguage()
  const last = attempts.at(-1)
  const tookMs = last === undefined ? undefined : endOf(last) - Date.parse(delivery.createdAt)
  return (
    <p className="max-w-prose text-muted">
      {say('deliveredText', { status: delivery.responseStatus ?? '' })}{' '}
      {tookMs !== undefined && tookMs >= 0 && say('deliveredAfter', { duration: durationText(tookMs, language) })}
    </p>
  )
}

function endOf({ startedAt, durationMs }: Attempt): number {
  return Date.parse(startedAt) + durationMs
}
