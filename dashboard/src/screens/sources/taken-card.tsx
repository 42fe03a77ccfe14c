// Owns what was taken last of a source.
import type { CallSignal } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import { Card } from '../../ui/page.tsx'
import { ErrorState, LoadingRows } from '../../ui/states.tsx'
import { Badge } from '../../ui/status-badge.tsx'
import { TextView } from '../../ui/text-view.tsx'
import { Time } from '../../ui/time.tsx'
import { CallStatusBadge } from '../calls/call-status-badge.tsx'
import { useSignals } from './source-queries.ts'
import { useSourceWords } from './source-words.ts'

/** As the service marks a call that it made itself. */
const TEST_CALL_PREFIX = 'timbre-test-'

export function TakenCard({ sourceId }: { readonly sourceId: string }) {
  const say = useSourceWords()
  const { data, error, isPending, refetch } = useSignals(sourceId)
  return (
    <Card title={say('taken')}>
      {isPending && <LoadingRows rows={3} />}
      {data === undefined && !isPending && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <p className="p-4 text-sm text-muted">{say('takenNone')}</p>}
      {data !== undefined && data.length > 0 && (
        <ul aria-label={say('taken')} className="max-h-144 overflow-auto">
          {data.map((signal) => (
            <li key={signal.id} className="border-b border-line last:border-b-0">
              <Taken signal={signal} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function Taken({ signal }: { readonly signal: CallSignal }) {
  const say = useSourceWords()
  const { event, state, callId, receivedAt, payload } = signal
  return (
    <details>
      <summary className="flex cursor-pointer flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 text-sm hover:bg-hover">
        <span className="font-medium wrap-anywhere">{event}</span>
        <CallStatusBadge status={state} />
        {callId?.startsWith(TEST_CALL_PREFIX) === true && <Badge tone="wait">{say('isTest')}</Badge>}
        <span className="ml-auto text-muted">
          <Time at={receivedAt} />
        </span>
      </summary>
      {callId !== null && (
        <Link
          to="/calls/$callId"
          params={{ callId }}
          className="block px-4 pb-1 font-mono text-xs wrap-anywhere text-accent-text underline"
        >
          {callId}
        </Link>
      )}
      <TextView text={payload} name={say('payload')} />
    </details>
  )
}
