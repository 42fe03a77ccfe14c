// Owns what a receiver answered to a test.
import type { TestResult } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import { Notice } from '../../ui/states.tsx'
import { AttemptDetail } from '../deliveries/attempt-detail.tsx'
import { PhaseBar } from '../deliveries/phase-bar.tsx'
import { useWebhookWords } from './webhook-words.ts'

export function TestResponse({ result }: { readonly result: TestResult }) {
  const say = useWebhookWords()
  const { delivered, deliveryId, attempt } = result
  return (
    <div className="border-t border-line">
      <div className="flex flex-col gap-3 p-4">
        <Notice tone={delivered ? 'ok' : 'fail'}>
          <strong>{say(delivered ? 'testDelivered' : 'testFailed')}</strong> {attempt.error}
        </Notice>
        <PhaseBar attempt={attempt} longestMs={attempt.durationMs} />
        <Link to="/deliveries/$deliveryId" params={{ deliveryId }} className="text-sm text-accent-text underline">
          {say('testOpen')}
        </Link>
      </div>
      <AttemptDetail attempt={{ ...attempt, error: null }} />
    </div>
  )
}
