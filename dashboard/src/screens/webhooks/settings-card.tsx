// Owns the settings of a webhook, to read.
import type { Webhook } from '@getsupervisor/agents-studio-sdk'
import { useLanguage } from '../../language/language.ts'
import { useSharedWords } from '../../language/shared-words.ts'
import { durationText } from '../../language/time-text.ts'
import { Fact } from '../../ui/fact.tsx'
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
        <Fact name={sayShared('webhook')}>
          <IdText id={id} name={sayShared('webhook')} />
        </Fact>
        <Fact name={say('agent')}>
          {agentId === null ? say('allAgents') : <code className="font-mono">{agentId}</code>}
        </Fact>
        <Fact name={say('ordering')}>{say(ordering === 'call' ? 'orderingCall' : 'orderingNone')}</Fact>
        <Fact name={say('rateLimit')}>
          {rateLimitPerSecond === null ? say('noLimit') : say('perSecond', { count: rateLimitPerSecond })}
        </Fact>
        <Fact name={say('retries')}>
          {retrySchedule === null
            ? say('ofService')
            : retrySchedule.map((seconds) => durationText(seconds * 1000, language)).join(', ')}
        </Fact>
        <Fact name={say('headers')}>
          {names.length === 0 ? sayShared('none') : <code className="font-mono">{names.join(', ')}</code>}
        </Fact>
        <Fact name={say('created')}>
          <Time at={createdAt} isExact />
        </Fact>
      </dl>
    </Card>
  )
}
