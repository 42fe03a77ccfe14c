// Owns one attempt: a line of it with its bars, and what it sent and got when it is open.
import type { Attempt } from '@getsupervisor/agents-studio-sdk'
import { ChevronRight } from 'lucide-react'
import { useId } from 'react'
import { useLanguage } from '../../language/language.ts'
import { durationText } from '../../language/time-text.ts'
import { Badge } from '../../ui/status-badge.tsx'
import { Time } from '../../ui/time.tsx'
import { AttemptDetail } from './attempt-detail.tsx'
import { useDeliveryWords } from './delivery-words.ts'
import { PhaseBar } from './phase-bar.tsx'

interface RowProps {
  readonly attempt: Attempt
  readonly axis: { readonly from: number; readonly to: number }
  readonly longestMs: number
  readonly isOpen: boolean
  /** Its error is that of the delivery, which is said above. */
  readonly isLast: boolean
  readonly onToggle: () => void
}

export function AttemptRow({ attempt, axis, longestMs, isOpen, isLast, onToggle }: RowProps) {
  const say = useDeliveryWords()
  const language = useLanguage()
  const id = useId()
  const { number, trigger, startedAt, durationMs } = attempt
  const at = (100 * (Date.parse(startedAt) - axis.from)) / (axis.to - axis.from)
  return (
    <li className="border-b border-line last:border-b-0">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={onToggle}
        className="@container flex w-full flex-col gap-2 px-4 py-3 text-left hover:bg-hover"
      >
        <span className="flex w-full flex-wrap items-center gap-x-3 gap-y-1 text-sm">
          <ChevronRight
            size={15}
            aria-hidden
            className={`shrink-0 transition-transform ${isOpen ? 'rotate-90' : ''}`}
          />
          <span className="font-semibold">{say('attempt', { number })}</span>
          <OutcomeBadge attempt={attempt} />
          <span className="text-muted">{say(trigger)}</span>
          <span className="ml-auto text-muted">
            <Time at={startedAt} isExact /> · {durationText(durationMs, language)}
          </span>
        </span>
        <span aria-hidden className="relative h-1.5 w-full rounded-full bg-hover">
          <span
            className="absolute top-1/2 size-2.5 -translate-1/2 rounded-full border-2 border-surface bg-accent-text"
            style={{ left: `${Math.min(99, Math.max(1, at))}%` }}
          />
        </span>
        <PhaseBar attempt={attempt} longestMs={longestMs} />
      </button>
      <div id={id} hidden={!isOpen}>
        {isOpen && <AttemptDetail attempt={isLast ? { ...attempt, error: null } : attempt} />}
      </div>
    </li>
  )
}

function OutcomeBadge({ attempt }: { readonly attempt: Attempt }) {
  const say = useDeliveryWords()
  const { outcome, responseStatus } = attempt
  const isSuccess = outcome === 'answered' && responseStatus !== null && responseStatus >= 200 && responseStatus < 300
  const words = outcome === 'answered' ? `${responseStatus}` : say(outcome)
  return <Badge tone={isSuccess ? 'ok' : 'fail'}>{words}</Badge>
}
