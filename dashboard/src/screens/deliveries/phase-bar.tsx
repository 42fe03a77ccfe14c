// Owns the bar of an attempt's phases, as long as the attempt was beside the others, and the figures under it.
import type { Attempt } from '@getsupervisor/agents-studio-sdk'
import { useLanguage } from '../../language/language.ts'
import { durationText } from '../../language/time-text.ts'
import { useDeliveryWords } from './delivery-words.ts'
import { type Phase, phasesOf } from './phases.ts'

const COLOURS: Readonly<Record<Phase, string>> = {
  dns: 'bg-phase-dns',
  connect: 'bg-phase-connect',
  tls: 'bg-phase-tls',
  wait: 'bg-phase-wait',
  rest: 'bg-phase-rest',
}

export function PhaseBar({ attempt, longestMs }: { readonly attempt: Attempt; readonly longestMs: number }) {
  const say = useDeliveryWords()
  const language = useLanguage()
  const phases = phasesOf(attempt)
  return (
    <span className="flex w-full flex-col gap-1.5">
      <span
        aria-hidden
        className="flex h-3 gap-px"
        style={{ width: `${Math.max(2, (100 * attempt.durationMs) / longestMs)}%` }}
      >
        {phases.map(({ phase, ms }) => (
          <span
            key={phase}
            className={`min-w-0.5 rounded-xs ${COLOURS[phase]}`}
            style={{ flexGrow: ms, flexBasis: 0 }}
          />
        ))}
      </span>
      <span className="flex flex-wrap gap-x-4 gap-y-0.5 text-xs text-muted">
        {phases.map(({ phase, ms }) => (
          <span key={phase} className="inline-flex items-center gap-1.5">
            <span aria-hidden className={`size-2 rounded-xs ${COLOURS[phase]}`} />
            {say(phase)} {durationText(ms, language)}
          </span>
        ))}
      </span>
    </span>
  )
}
