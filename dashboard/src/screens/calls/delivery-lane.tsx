// Owns the lane of one delivery of a call: to whom, how it stands, and each attempt where it was in time.
import type { CallDetail } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import { useLanguage } from '../../language/language.ts'
import { localTime } from '../../language/time-text.ts'
import { useWebhookName } from '../../session/webhook-names.ts'
import { StatusBadge } from '../../ui/status-badge.tsx'
import { Time } from '../../ui/time.tsx'
import { type Axis, placeOn } from './call-axis.ts'
import { useCallWords } from './call-words.ts'

type CallDelivery = CallDetail['events'][number]['deliveries'][number]
type CallAttempt = CallDelivery['latestAttempts'][number]

/** Names at the left, time at the right; on a narrow page names alone. */
export const LANE = 'grid grid-cols-1 items-center gap-x-6 px-4 md:grid-cols-[minmax(16rem,26rem)_minmax(0,1fr)]'

export function DeliveryLane({ delivery, axis }: { readonly delivery: CallDelivery; readonly axis: Axis }) {
  const say = useCallWords()
  const nameOf = useWebhookName()
  const { id, webhookId, status, lastError, nextAttemptAt, latestAttempts } = delivery
  return (
    <Link to="/deliveries/$deliveryId" params={{ deliveryId: id }} className={`${LANE} py-1 hover:bg-hover`}>
      <span className="flex min-w-0 flex-col gap-0.5 pl-4">
        <span className="flex min-w-0 items-center gap-2.5">
          <StatusBadge status={status} />
          <span className="truncate text-sm">{nameOf(webhookId)}</span>
        </span>
        {lastError !== null && status !== 'success' && (
          <span className="text-xs text-muted">
            {lastError}{' '}
            {nextAttemptAt !== null && (
              <>
                {say('nextAt')}: <Time at={nextAttemptAt} />
              </>
            )}
          </span>
        )}
      </span>
      <span className="relative hidden h-6 md:block">
        <Track attempts={latestAttempts} axis={axis} />
      </span>
    </Link>
  )
}

function Track({ attempts, axis }: { readonly attempts: readonly CallAttempt[]; readonly axis: Axis }) {
  const [first, last] = [attempts[0], attempts.at(-1)]
  if (first === undefined || last === undefined) return null
  const [from, to] = [placeOn(axis, first.startedAt), placeOn(axis, endOf(last))]
  return (
    <>
      <span
        aria-hidden
        className="absolute top-1/2 h-0.5 -translate-y-1/2 rounded-full bg-control"
        style={{ left: `${from}%`, width: `${Math.max(0, to - from)}%` }}
      />
      {attempts.map((attempt) => (
        <Dot key={attempt.number} attempt={attempt} axis={axis} />
      ))}
    </>
  )
}

/** Round where it arrived, a square where it did not: not by colour alone. */
function Dot({ attempt, axis }: { readonly attempt: CallAttempt; readonly axis: Axis }) {
  const say = useCallWords()
  const language = useLanguage()
  const { number, startedAt, outcome, responseStatus } = attempt
  const isSuccess = outcome === 'answered' && responseStatus !== null && responseStatus >= 200 && responseStatus < 300
  const words = say('attemptAt', {
    number,
    time: localTime(startedAt, language),
    outcome: responseStatus ?? say('noResponse'),
  })
  const place = Math.min(99, Math.max(1, placeOn(axis, startedAt)))
  return (
    <span
      role="img"
      aria-label={words}
      title={words}
      className={`absolute top-1/2 size-3 -translate-1/2 border-2 border-surface ${isSuccess ? 'rounded-full bg-ok' : 'rounded-xs bg-fail'}`}
      style={{ left: `${place}%` }}
    />
  )
}

function endOf({ startedAt, durationMs }: CallAttempt): number {
  return Date.parse(startedAt) + durationMs
}
