// Owns the figures of an overview: what arrived, what did not, and what waits.
import type { Backlog, StatisticsCounts } from '@getsupervisor/agents-studio-sdk'
import type { ReactNode } from 'react'
import { useLanguage } from '../../language/language.ts'
import { useSharedWords } from '../../language/shared-words.ts'
import { countText, durationText } from '../../language/time-text.ts'
import { Time } from '../../ui/time.tsx'
import { useOverviewWords } from './overview-words.ts'

interface FiguresProps {
  readonly total: StatisticsCounts
  readonly backlog: Pick<Backlog, 'pending' | 'pendingIsExact' | 'oldestPendingAt' | 'drainSeconds'>
}

export function FiguresCard({ total, backlog }: FiguresProps) {
  const say = useOverviewWords()
  const sayShared = useSharedWords()
  const language = useLanguage()
  const count = (value: number) => countText(value, language)
  const { attempts, succeeded, deliveriesSucceeded, deliveriesFailed, latency } = total
  const { pending, pendingIsExact, oldestPendingAt } = backlog
  return (
    <section
      aria-label={say('figures')}
      className="grid grid-cols-2 gap-px overflow-clip rounded-lg border border-line bg-line sm:grid-cols-3 xl:grid-cols-6"
    >
      <Figure name={say('arrived')} note={say('ofDeliveries')}>
        {rateText(deliveriesSucceeded, deliveriesSucceeded + deliveriesFailed, language)}
      </Figure>
      <Figure name={say('deliveries')} note={say('failedCount', { count: count(deliveriesFailed) })}>
        {count(deliveriesSucceeded)}
      </Figure>
      <Figure name={say('attempts')} note={say('rateOfAttempts', { rate: rateText(succeeded, attempts, language) })}>
        {count(attempts)}
      </Figure>
      <Figure name={say('typical')} note={say('slowest', { time: latencyText(latency.total?.p99, language) })}>
        {latencyText(latency.total?.p50, language)}
      </Figure>
      <Figure name={say('pending')} note={say('pendingNote')}>
        {pendingIsExact ? count(pending) : say('atLeast', { count: count(pending) })}
      </Figure>
      <Figure name={say('oldest')} note={<Drain {...backlog} />}>
        {oldestPendingAt === null ? sayShared('none') : <Time at={oldestPendingAt} />}
      </Figure>
    </section>
  )
}

interface DrainProps extends Pick<Backlog, 'pending' | 'drainSeconds'> {
  /** What waits are retries: how fast they ended tells nothing of when they arrive. */
  readonly isFailing?: boolean
}

/** When what waits is gone, at the pace of now. */
export function Drain({ pending, drainSeconds, isFailing = false }: DrainProps) {
  const say = useOverviewWords()
  const language = useLanguage()
  if (pending === 0) return say('nothingWaits')
  if (isFailing) return say('drainsLater')
  if (drainSeconds === null) return say('neverDrains')
  return say('drains', { time: durationText(drainSeconds * 1000, language) })
}

/** "99.4 %"; a dash where there is nothing to be counted. */
export function rateText(part: number, whole: number, language: string): string {
  if (whole === 0) return '–'
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(
    // Not all of them are never shown as all of them.
    part === whole ? 1 : Math.min(part / whole, 0.999),
  )
}

function latencyText(ms: number | undefined, language: Parameters<typeof durationText>[1]): string {
  return ms === undefined ? '–' : durationText(ms, language)
}

function Figure({ name, note, children }: { name: string; note: ReactNode; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-0.5 bg-surface px-4 py-3">
      <div className="text-xs text-muted">{name}</div>
      <div className="text-lg font-semibold tabular-nums">{children}</div>
      <div className="text-xs text-muted">{note}</div>
    </div>
  )
}
