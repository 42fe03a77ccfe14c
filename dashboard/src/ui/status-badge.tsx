// Owns how a state is shown: a word, a shape and a colour, so that none of the three is needed alone.
import type { DeliveryStatus } from '@getsupervisor/agents-studio-sdk'
import { CircleCheck, CircleX, Clock, FlaskConical, type LucideIcon, Send } from 'lucide-react'
import type { ReactNode } from 'react'
import { useSharedWords } from '../language/shared-words.ts'

export const TONES = {
  ok: 'bg-ok-soft text-ok',
  fail: 'bg-fail-soft text-fail',
  wait: 'bg-wait-soft text-wait',
  busy: 'bg-busy-soft text-busy',
} as const
export type Tone = keyof typeof TONES

export function Badge({
  tone,
  icon: Icon,
  children,
}: {
  readonly tone: Tone
  readonly icon?: LucideIcon
  readonly children: ReactNode
}) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-2 py-0.5 text-xs font-semibold whitespace-nowrap ${TONES[tone]}`}
    >
      {Icon !== undefined && <Icon size={13} aria-hidden />}
      {children}
    </span>
  )
}

const STATUSES: Readonly<Record<DeliveryStatus, { readonly tone: Tone; readonly icon: LucideIcon }>> = {
  queued: { tone: 'wait', icon: Clock },
  sending: { tone: 'busy', icon: Send },
  success: { tone: 'ok', icon: CircleCheck },
  failed: { tone: 'fail', icon: CircleX },
}

export function StatusBadge({ status }: { readonly status: DeliveryStatus }) {
  const say = useSharedWords()
  return <Badge {...STATUSES[status]}>{say(status)}</Badge>
}

/** Of an event that a test send made. */
export function TestBadge() {
  const say = useSharedWords()
  return (
    <Badge tone="busy" icon={FlaskConical}>
      {say('test')}
    </Badge>
  )
}
