// Owns sending a test, and showing what the receiver answered.
import type { Webhook } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import { Pencil, Send } from 'lucide-react'
import { useState } from 'react'
import { Button, buttonLook } from '../../ui/button.tsx'
import { INPUT } from '../../ui/field.tsx'
import { Card } from '../../ui/page.tsx'
import { ErrorWords, Notice } from '../../ui/states.tsx'
import { TestResponse } from './test-response.tsx'
import { useEventTypes, useSubscriptions, useWebhookChange } from './webhook-queries.ts'
import { useWebhookWords } from './webhook-words.ts'

export function TestSend({ webhook }: { readonly webhook: Webhook }) {
  const say = useWebhookWords()
  const types = useEventTypes()
  const subscriptions = useSubscriptions(webhook.id)
  const [chosen, setChosen] = useState<string>()
  // What it will get is what is worth trying.
  const key = chosen ?? subscriptions.data?.[0]?.eventKey ?? types.data?.[0]?.key ?? ''
  const test = useWebhookChange(webhook.id, (client, eventKey: string) =>
    client.webhooks.test(webhook.id, { eventKey }),
  )
  return (
    <Card title={say('test')}>
      <div className="flex flex-col gap-3 p-4">
        <p className="text-sm text-muted">{say('testText')}</p>
        <div className="flex flex-wrap gap-2">
          <select
            aria-label={say('testType')}
            value={key}
            onChange={(event) => setChosen(event.target.value)}
            className={`${INPUT} max-h-9 min-w-0 flex-1 basis-40 py-1 text-sm`}
          >
            {types.data?.map((type) => (
              <option key={type.key}>{type.key}</option>
            ))}
          </select>
          <Button kind="primary" disabled={test.isPending || key === ''} onClick={() => test.mutate(key)}>
            <Send size={15} aria-hidden /> {say(test.isPending ? 'testSending' : 'testSend')}
          </Button>
          <Link to="/events/test" search={{ webhook: webhook.id, type: key }} className={buttonLook('bare')}>
            <Pencil size={15} aria-hidden /> {say('testEdit')}
          </Link>
        </div>
        {test.error !== null && (
          <Notice tone="fail">
            <ErrorWords error={test.error} />
          </Notice>
        )}
      </div>
      {test.data !== undefined && <TestResponse result={test.data} />}
    </Card>
  )
}
