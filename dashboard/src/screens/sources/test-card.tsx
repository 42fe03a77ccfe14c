// Owns testing a source: a call of its provider, made here, and what came of it.
import type { SampleEnd, Source, SourceTestResult } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import { PhoneCall } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { INPUT } from '../../ui/field.tsx'
import { Card } from '../../ui/page.tsx'
import { ErrorWords, Notice } from '../../ui/states.tsx'
import { PROVIDER_NAMES } from './provider-names.ts'
import { useSourceChange } from './source-queries.ts'
import { useSourceWords } from './source-words.ts'

const OUTCOMES: readonly SampleEnd[] = ['answered', 'unanswered', 'failed']

export function TestCard({ source: { id, kind } }: { readonly source: Source }) {
  const say = useSourceWords()
  const [outcome, setOutcome] = useState<SampleEnd>('answered')
  const test = useSourceChange(id, (client, how: SampleEnd) => client.sources.test(id, { outcome: how }))
  return (
    <Card title={say('test')}>
      <div className="flex flex-col gap-3 p-4">
        <p className="text-sm text-muted">{say('testText', { provider: PROVIDER_NAMES[kind] })}</p>
        <div className="flex flex-wrap gap-2">
          <select
            aria-label={say('testOutcome')}
            value={outcome}
            // Of the options below.
            onChange={(event) => setOutcome(event.target.value as SampleEnd)}
            className={`${INPUT} max-h-9 min-w-0 flex-1 basis-40 py-1 text-sm`}
          >
            {OUTCOMES.map((one) => (
              <option key={one} value={one}>
                {say(one)}
              </option>
            ))}
          </select>
          <Button kind="primary" disabled={test.isPending} onClick={() => test.mutate(outcome)}>
            <PhoneCall size={15} aria-hidden /> {say(test.isPending ? 'testSending' : 'testSend')}
          </Button>
        </div>
        {test.error !== null && (
          <Notice tone="fail">
            <ErrorWords error={test.error} />
          </Notice>
        )}
        {test.data !== undefined && <Result result={test.data} />}
      </div>
    </Card>
  )
}

function Result({ result }: { readonly result: SourceTestResult }) {
  const say = useSourceWords()
  const { callId, signedWith, cause, message, signals, events } = result
  if (cause !== null)
    return (
      <Notice tone="fail">
        <strong>{say('testRefused')}</strong> <code className="font-mono">{cause}</code>: {message}
      </Notice>
    )
  if (signals.length === 0) return <Notice tone="fail">{say('testNothing')}</Notice>
  return (
    <>
      <Notice tone="ok">{say('testTaken', { count: signals.length })}</Notice>
      <ul className="flex flex-col gap-1 text-sm">
        {events.map(({ id, type, deliveryCount }) => (
          <li key={id} className="flex flex-wrap justify-between gap-x-4">
            <Link
              to="/events/$eventId"
              params={{ eventId: id }}
              className="underline decoration-line underline-offset-4"
            >
              {type}
            </Link>
            <span className="text-muted">
              {deliveryCount === 0 ? say('toNobody') : say('deliveries', { count: deliveryCount })}
            </span>
          </li>
        ))}
      </ul>
      {signedWith === 'test_key' && <p className="text-sm text-muted">{say('testKey')}</p>}
      {events.length > 0 && (
        <Link to="/calls/$callId" params={{ callId }} className="text-sm text-accent-text underline">
          {say('testOpen')}
        </Link>
      )}
    </>
  )
}
