// Owns one test receiver: its URL, the webhook that sends there, and its end.
import type { TestReceiver } from '@getsupervisor/agents-studio-sdk'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Webhook } from 'lucide-react'
import { useCan } from '../../session/session.tsx'
import { Button, Buttons } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Card } from '../../ui/page.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { ErrorWords, Notice } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { useWebhooks } from '../webhooks/webhook-queries.ts'
import { connectWebhook, useReceiverChange } from './receiver-queries.ts'
import { useReceiverWords } from './receiver-words.ts'

export function ReceiverCard({ receiver }: { readonly receiver: TestReceiver }) {
  const say = useReceiverWords()
  const mayManage = useCan('manage')
  const { id, url, requestCount, createdAt } = receiver
  const remove = useReceiverChange((client) => client.testReceivers.delete(id))
  return (
    <Card title={say('receiver')}>
      <div className="flex flex-col gap-4 p-4">
        <ShownOnce text={url} name={say('url')} />
        <p className="text-sm text-muted">{say('urlText')}</p>
        <p className="text-sm text-muted">
          {say('made')} <Time at={createdAt} /> · {say('requestCount', { count: requestCount })}
        </p>
        {mayManage && (
          <Buttons>
            <Sender receiver={receiver} />
            <Confirm name={say('remove')} question={say('removeTitle')} run={() => remove.mutateAsync(undefined)}>
              <p className="text-muted">{say('removeText')}</p>
            </Confirm>
          </Buttons>
        )}
      </div>
    </Card>
  )
}

/** The webhook that sends to it; or the button that makes one. */
function Sender({ receiver }: { readonly receiver: TestReceiver }) {
  const say = useReceiverWords()
  const queries = useQueryClient()
  const { data: webhooks } = useWebhooks()
  const connect = useReceiverChange(async (client) => {
    await connectWebhook(client, receiver, say('webhookName'))
    await queries.invalidateQueries({ queryKey: ['webhooks'] })
  })
  const sender = webhooks?.find(({ url }) => url === receiver.url)
  if (sender !== undefined)
    return (
      <Link
        to="/webhooks/$webhookId"
        params={{ webhookId: sender.id }}
        className="self-center text-accent-text underline"
      >
        {say('sender')}
      </Link>
    )
  return (
    <>
      <Button disabled={connect.isPending} onClick={() => connect.mutate(undefined)}>
        <Webhook size={15} aria-hidden /> {say('connect')}
      </Button>
      {connect.error !== null && (
        <Notice tone="fail">
          <ErrorWords error={connect.error} />
        </Notice>
      )}
    </>
  )
}
