// Owns the operator's first screen: what waits, what fails, who sends most, how long the disk lasts, who runs, and by which settings.
import type { Instance, InstanceBacklog, InstanceStatistics } from '@getsupervisor/agents-studio-sdk'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Asked } from '../../ui/asked.tsx'
import { Card, Columns, Page } from '../../ui/page.tsx'
import { LoadingRows, Notice } from '../../ui/states.tsx'
import { CausesCard } from '../overview/causes-card.tsx'
import { FiguresCard } from '../overview/figures-card.tsx'
import { LatencyCard } from '../overview/latency-card.tsx'
import { SpanSwitch } from '../overview/span-switch.tsx'
import { VolumeCard } from '../overview/volume-card.tsx'
import { BacklogCard } from './backlog-card.tsx'
import { BusyCard } from './busy-card.tsx'
import { useBusyWorkspaces, useInstance, useInstanceBacklog, useInstanceStatistics } from './instance-queries.ts'
import { useInstanceWords } from './instance-words.ts'
import { NodesCard } from './nodes-card.tsx'
import { SettingsTable } from './settings-table.tsx'
import { StorageCard } from './storage-card.tsx'

export default function InstanceScreen() {
  const say = useInstanceWords()
  const { span = '24h' } = useSearch({ from: '/instance' })
  const navigate = useNavigate({ from: '/instance' })
  const statistics = useInstanceStatistics(span)
  const backlog = useInstanceBacklog()
  const instance = useInstance()
  const busy = useBusyWorkspaces()
  // Together at first, so that nothing jumps.
  const asked = [statistics, backlog, instance, busy]
  return (
    <Page
      title={say('title')}
      note={say('note')}
      actions={
        <SpanSwitch span={span} onChange={(chosen) => void navigate({ search: { span: chosen }, replace: true })} />
      }
    >
      {asked.some(({ isPending }) => isPending) ? (
        <LoadingRows rows={10} />
      ) : (
        <Cards {...{ statistics, backlog, instance, busy }} />
      )}
    </Page>
  )
}

interface CardsProps {
  readonly statistics: ReturnType<typeof useInstanceStatistics>
  readonly backlog: ReturnType<typeof useInstanceBacklog>
  readonly instance: ReturnType<typeof useInstance>
  readonly busy: ReturnType<typeof useBusyWorkspaces>
}

function Cards({ statistics, backlog, instance, busy }: CardsProps) {
  const say = useInstanceWords()
  return (
    <>
      <Warnings instance={instance.data} />
      <Asked of={backlog} rows={2}>
        {(waiting) => (
          <Asked of={statistics} rows={2}>
            {(counted) => <Figures counted={counted} waiting={waiting} />}
          </Asked>
        )}
      </Asked>
      <Card title={say('backlog')}>
        <Asked of={backlog}>{(data) => <BacklogCard backlog={data} />}</Asked>
      </Card>
      <Columns>
        <>
          <Asked of={statistics} rows={5}>
            {(counted) => <VolumeCard counted={counted} />}
          </Asked>
          <Asked of={statistics}>{(counted) => <Causes counted={counted} />}</Asked>
          <Card title={say('storage')}>
            <Asked of={instance}>{(data) => <StorageCard storage={data.storage} />}</Asked>
          </Card>
        </>
        <>
          <Asked of={statistics} rows={5}>
            {(counted) => <LatencyCard counted={counted} />}
          </Asked>
          <Card title={say('busy')}>
            <Asked of={busy}>{(data) => <BusyCard busy={data} />}</Asked>
          </Card>
          <Card title={say('nodes')}>
            <Asked of={instance}>{(data) => <NodesCard instance={data} />}</Asked>
          </Card>
        </>
      </Columns>
      <Card title={say('settings')}>
        <Asked of={instance}>{(data) => <SettingsTable settings={data.settings} />}</Asked>
      </Card>
    </>
  )
}

/** As they are logged: in English. */
function Warnings({ instance }: { readonly instance: Instance | undefined }) {
  return instance?.warnings.map((sentence) => (
    <Notice key={sentence} tone="fail">
      <span lang="en">{sentence}</span>
    </Notice>
  ))
}

interface FiguresProps {
  readonly counted: InstanceStatistics
  readonly waiting: InstanceBacklog
}

/** What waits to be sent: a consumer's, and a person's, are not Timbre's to send. */
function Figures({ counted, waiting }: FiguresProps) {
  const { queued, queuedIsExact, queuedBy, oldestPendingAt, drainSeconds } = waiting
  const pending = queued - queuedBy.consumer - queuedBy.webhookInactive
  return (
    <FiguresCard
      total={counted.total}
      backlog={{ pending, pendingIsExact: queuedIsExact, oldestPendingAt, drainSeconds }}
    />
  )
}

function Causes({ counted }: { readonly counted: InstanceStatistics }) {
  return (
    <CausesCard causes={counted.causes.map(({ cause, message, count }) => ({ key: cause, name: message, count }))} />
  )
}
