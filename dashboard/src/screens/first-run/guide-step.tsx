// Owns one step of the guide: whether it is done, what it is for, what came of it, or what to press.
import { ApiError } from '@getsupervisor/agents-studio-sdk'
import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { ErrorWords, Notice } from '../../ui/states.tsx'
import { useGuideWords } from './guide-words.ts'
import type { StepState } from './progress.ts'

interface GuideStepProps {
  readonly number: number
  readonly state: StepState
  readonly title: string
  readonly text: string
  readonly error: unknown
  /** Shown when it is done. */
  readonly result: ReactNode
  /** Shown when it is next. */
  readonly children: ReactNode
}

const MARKS: Readonly<Record<StepState, string>> = {
  done: 'bg-ok-soft text-ok',
  now: 'bg-accent text-on-accent',
  later: 'bg-wait-soft text-wait',
}

export function GuideStep({ number, state, title, text, error, result, children }: GuideStepProps) {
  const say = useGuideWords()
  return (
    <li
      aria-current={state === 'now' ? 'step' : undefined}
      className="flex gap-4 border-b border-line px-4 py-4 last:border-b-0"
    >
      <span
        className={`flex size-8 shrink-0 items-center justify-center rounded-full text-sm font-semibold ${MARKS[state]}`}
      >
        {state === 'done' ? <Check size={16} aria-hidden /> : number}
        {state === 'done' && <span className="sr-only">{say('isDone')}</span>}
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-2">
        <h3 className={`text-base font-semibold ${state === 'later' ? 'text-muted' : ''}`}>{title}</h3>
        {state !== 'done' && <p className="max-w-prose text-sm text-muted">{text}</p>}
        {state === 'done' && <div className="min-w-0 text-sm break-all">{result}</div>}
        {state === 'now' && <div className="flex flex-wrap items-center gap-2">{children}</div>}
        {error !== null && <Fault error={error} />}
      </div>
    </li>
  )
}

function Fault({ error }: { readonly error: unknown }) {
  const say = useGuideWords()
  const isOff = error instanceof ApiError && error.code === 'TEST_RECEIVERS_OFF'
  return (
    <Notice tone="fail">
      <ErrorWords error={error} />
      {isOff && <p className="mt-1">{say('offText')}</p>}
    </Notice>
  )
}
