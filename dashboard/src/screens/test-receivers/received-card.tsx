// Owns what a test receiver got: live, newest first, each with whether its signature is right.
import type { ReceivedRequest, TestReceiver } from '@getsupervisor/agents-studio-sdk'
import { ChevronDown, ChevronRight, CircleCheck, CircleHelp, CircleX, Eraser, Radio } from 'lucide-react'
import { useState } from 'react'
import { Asked } from '../../ui/asked.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Badge } from '../../ui/status-badge.tsx'
import { TextView } from '../../ui/text-view.tsx'
import { Time } from '../../ui/time.tsx'
import { mergeReceived } from './merge-received.ts'
import { useReceiverChange } from './receiver-queries.ts'
import { useReceiverWords } from './receiver-words.ts'
import { type LiveState, useLiveReceived } from './use-live-received.ts'

export function ReceivedCard({ receiver: { id } }: { readonly receiver: TestReceiver }) {
  const say = useReceiverWords()
  const { kept, streamed, state } = useLiveReceived(id)
  const clear = useReceiverChange((client) => client.testReceivers.clearRequests(id))
  return (
    <Card
      title={say('received')}
      aside={
        <span className="flex items-center gap-3">
          <LiveBadge state={state} />
          <Button
            disabled={clear.isPending || (kept.data?.length === 0 && streamed.length === 0)}
            onClick={() => clear.mutate(undefined)}
          >
            <Eraser size={15} aria-hidden /> {say('clear')}
          </Button>
        </span>
      }
    >
      <Asked of={kept}>{(listed) => <Requests requests={mergeReceived(listed, streamed)} />}</Asked>
    </Card>
  )
}

function Requests({ requests }: { readonly requests: readonly ReceivedRequest[] }) {
  const say = useReceiverWords()
  if (requests.length === 0) return <EmptyState title={say('nothingTitle')}>{say('nothingText')}</EmptyState>
  return (
    <ul aria-label={say('received')} aria-live="polite">
      {requests.map((request) => (
        <li key={request.id} className="border-b border-line last:border-b-0">
          <Request request={request} />
        </li>
      ))}
    </ul>
  )
}

function LiveBadge({ state }: { readonly state: LiveState }) {
  const say = useReceiverWords()
  const isOpen = state === 'open'
  return (
    <span role="status" className="inline-flex items-center gap-1.5 text-xs text-muted">
      <Radio size={14} aria-hidden className={isOpen ? 'text-ok' : 'text-muted'} /> {say(`live_${state}`)}
    </span>
  )
}

function Request({ request }: { readonly request: ReceivedRequest }) {
  const say = useReceiverWords()
  const [isOpen, setOpen] = useState(false)
  const { method, headers, body, receivedAt, responseStatus, verified } = request
  const Chevron = isOpen ? ChevronDown : ChevronRight
  return (
    <>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="grid w-full grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1.5 px-4 py-3 text-left text-sm hover:bg-hover"
      >
        <Chevron size={16} aria-hidden className="text-muted" />
        <span className="flex min-w-0 items-center gap-3">
          <code className="shrink-0 font-mono text-xs">{method}</code>
          <span className="truncate">{headers['x-supervisor-event'] ?? say('noEvent')}</span>
        </span>
        <span className="text-xs text-muted">
          <Time at={receivedAt} />
        </span>
        <span className="col-start-2">
          <Verified verified={verified} />
        </span>
        <span className="text-right text-xs text-muted tabular-nums">→ {responseStatus}</span>
      </button>
      {isOpen && (
        <div className="border-t border-line bg-canvas">
          {verified === false && <p className="px-4 pt-3 text-sm text-fail">{say('wrongText')}</p>}
          <TextView text={headersText(headers)} name={say('headers')} note={say('headers')} />
          {body === null ? (
            <p className="px-4 pb-3 text-sm text-muted">{say('tooLong')}</p>
          ) : (
            <TextView text={body} name={say('body')} note={say('body')} />
          )}
        </div>
      )}
    </>
  )
}

function headersText(headers: ReceivedRequest['headers']): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')
}

function Verified({ verified }: Pick<ReceivedRequest, 'verified'>) {
  const say = useReceiverWords()
  if (verified === true)
    return (
      <Badge tone="ok" icon={CircleCheck}>
        {say('verified')}
      </Badge>
    )
  if (verified === false)
    return (
      <Badge tone="fail" icon={CircleX}>
        {say('wrong')}
      </Badge>
    )
  return (
    <Badge tone="wait" icon={CircleHelp}>
      {say('unknown')}
    </Badge>
  )
}
