// Owns the settings of a webhook, to read.
import type { Webhook } from '@getsupervisor/agents-studio-sdk'
import type { ReactNode } from 'react'
import { useLanguage } from '../../language/language.ts'
import { useSharedWords } from '../../language/shared-words.ts'
import { durationText } from '../../language/time-text.ts'
import { IdText } from '../../ui/id-text.tsx'
import { Card } from '../../ui/page.tsx'
import { Time } from '../../ui/time.tsx'
import { useWebhookWords } from './webhook-words.ts'

export function SettingsCard({ webhook }: { readonly webhook: Webhook }) {
  const say = useWebhookWords()
  const sayShared = useSharedWords()
  const language = useLanguage()
  const { id, agentId, ordering, rateLimitPerSecond, retrySchedule, headers, createdAt } = webhook
  const names = Object.keys(headers)
  return (
    <Card title={say('settings')}>
      <dl className="grid grid-cols-1 items-center gap-x-4 gap-y-2.5 p-4 text-sm sm:grid-cols-[12rem_minmax(0,1fr)]">
        <Row name={sayShared('webhook')}>
          <IdText id={id} name={sayShared('webhook')} />
        </Row>
        <Row name={say('agent')}>
          {agentId === null ? say('allAgents') : <code className="font-mono">{agentId}</code>}
        </Row>
        <Row name={say('ordering')}>{say(ordering === 'call' ? 'orderingCall' : 'orderingNone')}</Row>
        <Row name={say('rateLimit')}>
          {rateLimitPerSecond === null ? say('noLimit') : say('perSecond', { count: rateLimitPerSecond })}
        </Row>
        <Row name={say('retries')}>
          {retrySchedule === null
            ? say('ofService')
            : retrySchedule.map((seconds) => durationText(seconds * 1000, language)).join(', ')}
        </Row>
        <Row name={say('headers')}>
          {names.length === 0 ? sayShared('none') : <code className="font-mono">{names.join(', ')}</code>}
        </Row>
        <Row name={say('created')}>
          <Time at={createdAt} isExact />
        </Row>
      </dl>
    </Card>
  )
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </div>
  )
}
