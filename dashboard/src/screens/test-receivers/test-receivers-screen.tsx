// Owns the test receivers of the workspace: which there are, and the one that is looked at.
import { ApiError, type TestReceiver } from '@getsupervisor/agents-studio-sdk'
import { Plus, Power } from 'lucide-react'
import { useState } from 'react'
import { useCan } from '../../session/session.tsx'
import { Asked } from '../../ui/asked.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { EmptyState, ErrorWords, Notice } from '../../ui/states.tsx'
import { ReceivedCard } from './received-card.tsx'
import { ReceiverCard } from './receiver-card.tsx'
import { makeReceiver, useReceiverChange, useReceivers } from './receiver-queries.ts'
import { useReceiverWords } from './receiver-words.ts'
import { ResponsesCard } from './responses-card.tsx'

export default function TestReceiversScreen() {
  const say = useReceiverWords()
  const receivers = useReceivers()
  const mayManage = useCan('manage')
  const [chosenId, choose] = useState<string>()
  const make = useReceiverChange(async (client) => choose((await makeReceiver(client)).id))
  const isOff = make.error instanceof ApiError && make.error.code === 'TEST_RECEIVERS_OFF'
  const add = mayManage && (
    <Button kind="primary" disabled={make.isPending} onClick={() => make.mutate(undefined)}>
      <Plus size={16} aria-hidden /> {say('add')}
    </Button>
  )
  return (
    <Page title={say('title')} note={say('note')} actions={add}>
      {make.error !== null && !isOff && (
        <Notice tone="fail">
          <ErrorWords error={make.error} />
        </Notice>
      )}
      {isOff ? (
        <Off />
      ) : (
        <Asked of={receivers}>
          {(all) =>
            all.length === 0 ? (
              <Card>
                <EmptyState title={say('emptyTitle')} action={add}>
                  {say('emptyText')}
                </EmptyState>
              </Card>
            ) : (
              <Receivers all={all} chosenId={chosenId} onChoose={choose} />
            )
          }
        </Asked>
      )}
    </Page>
  )
}

/** How the operator switches them on. */
function Off() {
  const say = useReceiverWords()
  return (
    <Card>
      <div className="flex flex-col items-center gap-3 px-6 py-14 text-center">
        <Power size={28} className="text-muted" aria-hidden />
        <h2 className="text-lg font-semibold">{say('offTitle')}</h2>
        <p className="max-w-lg text-muted">{say('offText')}</p>
        <code className="rounded-md bg-hover px-3 py-2 font-mono text-sm">TIMBRE_TEST_RECEIVERS=1</code>
        <p className="max-w-lg text-sm text-muted">{say('offPostgres')}</p>
        <code className="rounded-md bg-hover px-3 py-2 font-mono text-sm">npm run receiver</code>
      </div>
    </Card>
  )
}

interface ReceiversProps {
  readonly all: readonly TestReceiver[]
  readonly chosenId: string | undefined
  readonly onChoose: (id: string) => void
}

function Receivers({ all, chosenId, onChoose }: ReceiversProps) {
  const say = useReceiverWords()
  const mayManage = useCan('manage')
  const chosen = all.find(({ id }) => id === chosenId) ?? all[0]
  if (chosen === undefined) return null
  return (
    <>
      {all.length > 1 && (
        <nav aria-label={say('title')} className="flex flex-wrap gap-2">
          {all.map((receiver, index) => (
            <button
              key={receiver.id}
              type="button"
              aria-pressed={receiver.id === chosen.id}
              onClick={() => onChoose(receiver.id)}
              className="rounded-md border border-line bg-surface px-3 py-1.5 text-sm hover:bg-hover aria-pressed:border-accent-text aria-pressed:bg-accent-soft aria-pressed:font-semibold aria-pressed:text-accent-text"
            >
              {say('numbered', { number: all.length - index })}
            </button>
          ))}
        </nav>
      )}
      <div key={chosen.id} className="grid grid-cols-1 items-start gap-5 xl:grid-cols-[minmax(0,26rem)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-5">
          <ReceiverCard receiver={chosen} />
          {mayManage && <ResponsesCard receiver={chosen} />}
        </div>
        {mayManage ? <ReceivedCard receiver={chosen} /> : <Notice tone="wait">{say('mayNotSee')}</Notice>}
      </div>
    </>
  )
}
