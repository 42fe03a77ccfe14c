// Owns the lanes of what a source said of a call, above those of its events and on the same axis.
import type { CallDetail, CallSignal } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import { useLanguage } from '../../language/language.ts'
import { localTime } from '../../language/time-text.ts'
import { useMay } from '../../session/session.tsx'
import { Time } from '../../ui/time.tsx'
import { PROVIDER_NAMES } from '../sources/provider-names.ts'
import { type Axis, placeOn } from './call-axis.ts'
import { CallStatusBadge } from './call-status-badge.tsx'
import { useCallWords } from './call-words.ts'
import { LANE } from './delivery-lane.tsx'

interface SignalLanesProps {
  readonly call: Pick<CallDetail, 'signals' | 'provider'>
  readonly axis: Axis
}

export function SignalLanes({ call: { signals, provider }, axis }: SignalLanesProps) {
  const say = useCallWords()
  const mayRead = useMay('sources:read')
  const source = signals.at(-1)?.sourceId
  if (source === undefined) return null
  return (
    <section aria-label={say('signals')} className="border-b border-line bg-canvas py-2">
      <h3 className="flex flex-wrap gap-x-3 px-4 pb-1 text-xs text-muted">
        {say('signalsOf', { provider: provider === null ? '' : PROVIDER_NAMES[provider] })}{' '}
        {mayRead && (
          <Link to="/sources/$sourceId" params={{ sourceId: source }} className="text-accent-text underline">
            {say('openSource')}
          </Link>
        )}
      </h3>
      <ol>
        {signals.map((signal) => (
          <li key={signal.id}>
            <SignalLane signal={signal} axis={axis} />
          </li>
        ))}
      </ol>
    </section>
  )
}

function SignalLane({ signal, axis }: { readonly signal: CallSignal; readonly axis: Axis }) {
  const { event, state, receivedAt } = signal
  return (
    <div className={`${LANE} py-1`}>
      <span className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1 text-sm">
        <span className="wrap-anywhere">{event}</span>
        <CallStatusBadge status={state} />
        <span className="text-xs text-muted">
          <Time at={receivedAt} isExact />
        </span>
      </span>
      <span className="relative hidden h-5 md:block">
        <Mark signal={signal} axis={axis} />
      </span>
    </div>
  )
}

/** Where it came; when it happened is said beside. A diamond: attempts are round or square. */
function Mark({
  signal: { event, occurredAt, receivedAt },
  axis,
}: {
  readonly signal: CallSignal
  readonly axis: Axis
}) {
  const say = useCallWords()
  const language = useLanguage()
  const words = say(occurredAt === null ? 'signalAt' : 'signalHappenedAt', {
    event,
    time: localTime(receivedAt, language),
    happened: occurredAt === null ? '' : localTime(occurredAt, language),
  })
  const place = Math.min(99, Math.max(1, placeOn(axis, receivedAt)))
  return (
    <span
      role="img"
      aria-label={words}
      title={words}
      className="absolute top-1/2 size-2.5 -translate-1/2 rotate-45 rounded-xs bg-accent"
      style={{ left: `${place}%` }}
    />
  )
}
