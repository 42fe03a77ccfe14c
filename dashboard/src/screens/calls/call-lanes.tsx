// Owns the swim-lane of a call: what its source said, its events in order, each delivery under its event, each attempt on one axis, gaps marked.
import type { CallDetail } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import { useLanguage } from '../../language/language.ts'
import { durationText, localTime } from '../../language/time-text.ts'
import { Card } from '../../ui/page.tsx'
import { TestBadge } from '../../ui/status-badge.tsx'
import { Time } from '../../ui/time.tsx'
import { type Axis, axisOfCall, gapBefore, placeOn } from './call-axis.ts'
import { CallStatusBadge } from './call-status-badge.tsx'
import { useCallWords } from './call-words.ts'
import { DeliveryLane, LANE } from './delivery-lane.tsx'
import { SignalLanes } from './signal-lanes.tsx'

type CallEvent = CallDetail['events'][number]

export function CallLanes({ call }: { readonly call: CallDetail }) {
  const say = useCallWords()
  const language = useLanguage()
  const axis = axisOfCall(call)
  return (
    <Card
      title={say('lanes')}
      aside={
        <span className="text-xs text-muted">
          {localTime(new Date(axis.from).toISOString(), language)} · {durationText(axis.to - axis.from, language)}
        </span>
      }
    >
      <p className="border-b border-line px-4 py-2 text-xs text-muted">{say('axisHint')}</p>
      <SignalLanes call={call} axis={axis} />
      <ol>
        {call.events.map((event, index) => (
          <li key={event.id} className="border-b border-line last:border-b-0">
            <Gap ms={gapBefore(call.events, index)} />
            <EventLane event={event} axis={axis} />
          </li>
        ))}
      </ol>
    </Card>
  )
}

function Gap({ ms }: { readonly ms: number | undefined }) {
  const say = useCallWords()
  const language = useLanguage()
  if (ms === undefined) return null
  return (
    <p className="border-b border-dashed border-control bg-canvas px-4 py-1 text-center text-xs text-muted">
      {say('gap', { time: durationText(ms, language) })}
    </p>
  )
}

function EventLane({ event, axis }: { readonly event: CallEvent; readonly axis: Axis }) {
  const say = useCallWords()
  return (
    <div className="flex flex-col gap-1 py-2.5">
      <div className={LANE}>
        <span className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
          <Link
            to="/events/$eventId"
            params={{ eventId: event.id }}
            className="truncate font-semibold underline decoration-line underline-offset-4 hover:decoration-ink"
          >
            {event.type}
          </Link>
          {event.isTest && <TestBadge />}
          <CallStatusBadge status={event.callStatus} />
          <span className="text-xs text-muted">
            <Time at={event.createdAt} isExact />
          </span>
        </span>
        <span aria-hidden className="relative hidden h-5 md:block">
          <span className="absolute inset-x-0 top-1/2 h-px bg-line" />
          <span
            className="absolute top-1/2 h-4 w-1 -translate-1/2 rounded-xs bg-ink"
            style={{ left: `${placeOn(axis, event.createdAt)}%` }}
          />
        </span>
      </div>
      {event.deliveries.map((delivery) => (
        <DeliveryLane key={delivery.id} delivery={delivery} axis={axis} />
      ))}
      {event.deliveryCount === 0 && (
        <p className="px-4 pl-8 text-sm text-muted">
          {say('noDelivery')}{' '}
          <Link to="/events/$eventId" params={{ eventId: event.id }} className="text-accent-text underline">
            {say('why')}
          </Link>
        </p>
      )}
      {event.deliveryCount > event.deliveries.length && (
        <p className="px-4 pl-8 text-sm">
          <Link to="/deliveries" search={{ event: event.id }} className="text-accent-text underline">
            {say('omittedLink')}
          </Link>
        </p>
      )}
    </div>
  )
}
