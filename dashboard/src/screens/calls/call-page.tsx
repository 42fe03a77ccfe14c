// Owns the page of one call: who, when, and a swim-lane of everything that happened.
import type { CallDetail } from '@getsupervisor/agents-studio-sdk'
import { Link, useParams } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { useLanguage } from '../../language/language.ts'
import { useSharedWords } from '../../language/shared-words.ts'
import { durationText } from '../../language/time-text.ts'
import { buttonLook } from '../../ui/button.tsx'
import { CopyIcon } from '../../ui/copy-button.tsx'
import { Page } from '../../ui/page.tsx'
import { ErrorState, LoadingRows, Notice } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { PROVIDER_NAMES } from '../sources/provider-names.ts'
import { CallLanes } from './call-lanes.tsx'
import { useCall } from './call-queries.ts'
import { CallStatusBadge } from './call-status-badge.tsx'
import { useCallWords } from './call-words.ts'
import { DeliveryCountsText } from './delivery-counts-text.tsx'

export default function CallPage() {
  const say = useCallWords()
  const sayShared = useSharedWords()
  const { callId } = useParams({ from: '/calls/$callId' })
  const { data, error, isPending, refetch } = useCall(callId)
  return (
    <Page
      name={sayShared('call')}
      title={
        <span className="inline-flex max-w-full items-center gap-1">
          <span className="break-all">{callId.slice(0, 200)}</span>
          <CopyIcon text={callId} name={sayShared('call')} />
        </span>
      }
      note={data !== undefined && <CallNote call={data} />}
      actions={
        <Link to="/calls" className={buttonLook('bare')}>
          <ChevronLeft size={15} aria-hidden /> {say('title')}
        </Link>
      }
    >
      {isPending && <LoadingRows />}
      {data === undefined && !isPending && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <>
          <CallFacts call={data} />
          <Omitted omitted={data.omitted} />
          <CallLanes call={data} />
        </>
      )}
    </Page>
  )
}

function CallNote({ call }: { readonly call: CallDetail }) {
  return (
    <span className="flex flex-wrap items-center gap-3">
      <CallStatusBadge status={call.status ?? call.state} />
      {call.deliveries !== null && <DeliveryCountsText counts={call.deliveries} />}
    </span>
  )
}

function CallFacts({ call }: { readonly call: CallDetail }) {
  const say = useCallWords()
  const language = useLanguage()
  const {
    fromNumber,
    toNumber,
    provider,
    endReason,
    agentId,
    firstEventAt,
    lastEventAt,
    eventCount,
    eventCountIsExact,
  } = call
  const spanMs = Date.parse(lastEventAt) - Date.parse(firstEventAt)
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 text-sm lg:flex lg:gap-x-10">
      <Fact name={say('from')}>{fromNumber ?? say('unknown')}</Fact>
      <Fact name={say('to')}>{toNumber ?? say('unknown')}</Fact>
      {provider !== null && <Fact name={say('provider')}>{PROVIDER_NAMES[provider]}</Fact>}
      {endReason !== null && <Fact name={say('endReason')}>{endReason.slice(0, 200)}</Fact>}
      {agentId !== null && (
        <Fact name={say('agent')}>
          <code className="font-mono">{agentId}</code>
        </Fact>
      )}
      <Fact name={say('span')}>
        <Time at={firstEventAt} isExact /> · {durationText(spanMs, language)}
      </Fact>
      <Fact name={say('eventsFact')}>{eventCountIsExact ? eventCount : `≥ ${eventCount}`}</Fact>
    </dl>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </div>
  )
}

function Omitted({ omitted }: { readonly omitted: CallDetail['omitted'] }) {
  const say = useCallWords()
  const { signals, events, deliveries, attempts } = omitted
  if (signals + events + deliveries + attempts === 0) return null
  return <Notice tone="wait">{say('omitted', { signals, events, deliveries, attempts })}</Notice>
}
