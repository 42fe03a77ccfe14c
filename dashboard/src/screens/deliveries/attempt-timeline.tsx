// Owns the attempts of a delivery: where each stands in time, how long its phases took, and what went over the wire.
import type { Attempt, Delivery } from '@getsupervisor/agents-studio-sdk'
import { useState } from 'react'
import { usePrinting } from '../../browser/printing.ts'
import { useLanguage } from '../../language/language.ts'
import { durationText, localTime } from '../../language/time-text.ts'
import { Card } from '../../ui/page.tsx'
import { AttemptRow } from './attempt-row.tsx'
import { useDeliveryWords } from './delivery-words.ts'
import { axisOf } from './phases.ts'

interface TimelineProps {
  readonly delivery: Delivery
  readonly attempts: readonly Attempt[]
}

export function AttemptTimeline({ delivery, attempts }: TimelineProps) {
  const say = useDeliveryWords()
  const language = useLanguage()
  const [opened, setOpened] = useState<number>()
  const isPrinting = usePrinting()
  const axis = axisOf(delivery.createdAt, attempts)
  const longestMs = Math.max(1, ...attempts.map(({ durationMs }) => durationMs))
  // The last one is what one comes for.
  const shown = opened ?? attempts.at(-1)?.number
  if (attempts.length === 0)
    return (
      <Card title={say('attemptsTitle')}>
        <p className="p-4 text-sm text-muted">{say('noAttempts')}</p>
      </Card>
    )
  const time = (at: number) => localTime(new Date(at).toISOString(), language)
  const span = durationText(axis.to - axis.from, language)
  return (
    <Card
      title={say('attemptsTitle')}
      aside={
        <span className="text-xs text-muted">{say('axis', { from: time(axis.from), to: time(axis.to), span })}</span>
      }
    >
      <ol>
        {attempts.map((attempt) => (
          <AttemptRow
            key={attempt.number}
            attempt={attempt}
            axis={axis}
            longestMs={longestMs}
            isOpen={isPrinting || attempt.number === shown}
            isLast={attempt === attempts.at(-1)}
            onToggle={() => setOpened(attempt.number === shown ? -1 : attempt.number)}
          />
        ))}
      </ol>
    </Card>
  )
}
