// Owns the guide from nothing to a delivered, verified event: one step after the other, each with what it is for.
import { Link } from '@tanstack/react-router'
import { useCan } from '../../session/session.tsx'
import { shortUrl } from '../../session/webhook-names.ts'
import { Asked } from '../../ui/asked.tsx'
import { Button, buttonLook } from '../../ui/button.tsx'
import { Card } from '../../ui/page.tsx'
import { connectWebhook, makeReceiver } from '../test-receivers/receiver-queries.ts'
import { publishExample, useFound, useStep } from './guide-queries.ts'
import { GuideStep } from './guide-step.tsx'
import { useGuideWords } from './guide-words.ts'
import { type Found, progressOf } from './progress.ts'

export function Guide({ onDone }: { readonly onDone: () => void }) {
  const say = useGuideWords()
  return (
    <Card title={say('title')}>
      <Asked of={useFound()}>{(found) => <Steps found={found} onDone={onDone} />}</Asked>
    </Card>
  )
}

function Steps({ found, onDone }: { readonly found: Found; readonly onDone: () => void }) {
  const say = useGuideWords()
  const progress = progressOf(found)
  const isOver = progress.delivered === 'done'
  return (
    <>
      <p className="border-b border-line px-4 py-3 text-sm text-muted">{say('intro')}</p>
      <ol aria-label={say('title')}>
        <ReceiverStep found={found} state={progress.receiver} />
        <WebhookStep found={found} state={progress.webhook} />
        <EventStep found={found} state={progress.event} />
        <DeliveredStep found={found} state={progress.delivered} />
        <VerifiedStep found={found} state={progress.verified} />
      </ol>
      <div className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-3">
        <Button kind={isOver ? 'primary' : 'bare'} onClick={onDone}>
          {say(isOver ? 'done' : 'skip')}
        </Button>
      </div>
    </>
  )
}

interface StepProps {
  readonly found: Found
  readonly state: 'done' | 'now' | 'later'
}

function ReceiverStep({ found: { receiver, webhook }, state }: StepProps) {
  const say = useGuideWords()
  const make = useStep((client) => makeReceiver(client))
  return (
    <GuideStep
      number={1}
      state={state}
      title={say('receiver')}
      text={say('receiverText')}
      error={make.error}
      result={
        receiver === undefined ? webhook && shortUrl(webhook.url) : shortUrl(receiver.url).replace(/[^/]{12,}$/, '…')
      }
    >
      <Button kind="primary" disabled={make.isPending} onClick={() => make.mutate()}>
        {say('makeReceiver')}
      </Button>
      <Link to="/webhooks/new" className={buttonLook('bare')}>
        {say('ownUrl')}
      </Link>
    </GuideStep>
  )
}

function WebhookStep({ found: { receiver, webhook }, state }: StepProps) {
  const say = useGuideWords()
  const add = useStep(async (client) => receiver && connectWebhook(client, receiver, say('webhookName')))
  return (
    <GuideStep
      number={2}
      state={state}
      title={say('webhook')}
      text={say('webhookText')}
      error={add.error}
      result={
        webhook && (
          <Link to="/webhooks/$webhookId" params={{ webhookId: webhook.id }} className="text-accent-text underline">
            {say('openWebhook')}
          </Link>
        )
      }
    >
      <Button kind="primary" disabled={add.isPending} onClick={() => add.mutate()}>
        {say('addWebhook')}
      </Button>
    </GuideStep>
  )
}

function EventStep({ found: { webhook, event }, state }: StepProps) {
  const say = useGuideWords()
  const mayPublish = useCan('publish')
  const publish = useStep(async (client) => webhook && publishExample(client, webhook.id))
  return (
    <GuideStep
      number={3}
      state={state}
      title={say('event')}
      text={say('eventText')}
      error={publish.error}
      result={
        event && (
          <Link to="/events/$eventId" params={{ eventId: event.id }} className="text-accent-text underline">
            {event.type}
          </Link>
        )
      }
    >
      {mayPublish ? (
        <Button kind="primary" disabled={publish.isPending} onClick={() => publish.mutate()}>
          {say('publish')}
        </Button>
      ) : (
        <p className="text-sm text-muted">{say('publishElsewhere')}</p>
      )}
    </GuideStep>
  )
}

function DeliveredStep({ found: { deliveries }, state }: StepProps) {
  const say = useGuideWords()
  const delivery = deliveries.find(({ status }) => status === 'success') ?? deliveries[0]
  return (
    <GuideStep
      number={4}
      state={state}
      title={say('delivered')}
      text={say('deliveredText')}
      error={null}
      result={
        delivery && (
          <Link
            to="/deliveries/$deliveryId"
            params={{ deliveryId: delivery.id }}
            search={{}}
            className="text-accent-text underline"
          >
            {say('openDelivery')}
          </Link>
        )
      }
    >
      <p role="status" className="text-sm">
        {delivery?.lastError ?? say('waiting')}
      </p>
    </GuideStep>
  )
}

function VerifiedStep({ found: { receiver }, state }: StepProps) {
  const say = useGuideWords()
  return (
    <GuideStep
      number={5}
      state={state}
      title={say('verified')}
      text={say('verifiedText')}
      error={null}
      result={
        <Link to="/test-receivers" className="text-accent-text underline">
          {say('openReceiver')}
        </Link>
      }
    >
      {receiver === undefined ? (
        <Link to="/verify" className={buttonLook('quiet')}>
          {say('verifyOwn')}
        </Link>
      ) : (
        <p role="status" className="text-sm">
          {say('waiting')}
        </p>
      )}
    </GuideStep>
  )
}
