// Owns the first screen of a workspace: what needs attention, what was sent, how it ended, how long it took.
import type { Statistics } from '@getsupervisor/agents-studio-sdk'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useCan } from '../../session/session.tsx'
import { Columns, Page } from '../../ui/page.tsx'
import { ErrorState, LoadingRows } from '../../ui/states.tsx'
import { useDeliveryWords } from '../deliveries/delivery-words.ts'
import { Guide } from '../first-run/guide.tsx'
import { AttentionCard } from './attention-card.tsx'
import { CausesCard } from './causes-card.tsx'
import { failedEnds } from './failed-ends.ts'
import { FiguresCard } from './figures-card.tsx'
import { LatencyCard } from './latency-card.tsx'
import { NothingYet } from './nothing-yet.tsx'
import { type Examined, useExamined, useStatistics } from './overview-queries.ts'
import { useOverviewWords } from './overview-words.ts'
import type { Span } from './span.ts'
import { SpanSwitch } from './span-switch.tsx'
import { VolumeCard } from './volume-card.tsx'

export default function OverviewScreen() {
  const say = useOverviewWords()
  const { span = '24h' } = useSearch({ from: '/overview' })
  const navigate = useNavigate({ from: '/overview' })
  const statistics = useStatistics(span)
  const examined = useExamined()
  const error = statistics.error ?? examined.error
  const isThere = statistics.data !== undefined && examined.data !== undefined
  const retry = () => void Promise.all([statistics.refetch(), examined.refetch()])
  return (
    <Page
      title={say('title')}
      note={say('note')}
      actions={
        <SpanSwitch span={span} onChange={(chosen) => void navigate({ search: { span: chosen }, replace: true })} />
      }
    >
      {isThere ? (
        <Loaded statistics={statistics.data} examined={examined.data} span={span} />
      ) : error === null ? (
        <LoadingRows />
      ) : (
        <ErrorState error={error} onRetry={retry} />
      )}
    </Page>
  )
}

interface LoadedProps {
  readonly statistics: Statistics
  readonly examined: Examined
  readonly span: Span
}

function Loaded({ statistics, examined, span }: LoadedProps) {
  const mayManage = useCan('manage')
  const isNew = examined.webhooks.every(({ lastDeliveryAt }) => lastDeliveryAt === null)
  // Stays until it is left: the last steps are seen too.
  const [isGuided, setGuided] = useState(isNew && statistics.total.attempts === 0)
  if (isGuided && mayManage) return <Guide onDone={() => setGuided(false)} />
  if (examined.webhooks.length === 0) return <NothingYet />
  return (
    <>
      <AttentionCard
        examined={examined}
        backlog={statistics.backlog}
        failed={statistics.total.deliveriesFailed}
        span={span}
      />
      <FiguresCard total={statistics.total} backlog={statistics.backlog} />
      <Columns>
        <>
          <VolumeCard counted={statistics} />
          <Causes statistics={statistics} />
        </>
        <LatencyCard counted={statistics} />
      </Columns>
    </>
  )
}

function Causes({ statistics }: { readonly statistics: Statistics }) {
  const say = useOverviewWords()
  const sayOutcome = useDeliveryWords()
  const nameOf = (end: string) =>
    // What is no status is an outcome of the contract, which the words about deliveries have.
    /^\d/.test(end) ? say('answeredWith', { status: end }) : sayOutcome(end as Parameters<typeof sayOutcome>[0])
  const causes = failedEnds(statistics.total).map(({ end, count }) => ({ key: end, name: nameOf(end), count }))
  return <CausesCard causes={causes} />
}
