// Owns what a replay would do, before it is started: how much, how long, and what arrives a second time.
import type { Replay, Webhook } from '@getsupervisor/agents-studio-sdk'
import { useLanguage } from '../../language/language.ts'
import { countText, durationText } from '../../language/time-text.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/states.tsx'
import { useReplayWords } from './replay-words.ts'

interface PreviewProps {
  readonly webhook: Webhook
  readonly counted: Replay
  readonly isStarting: boolean
  readonly onStart: (counted: Replay) => void
}

export function ReplayPreview({ webhook, counted, isStarting, onStart }: PreviewProps) {
  const say = useReplayWords()
  const language = useLanguage()
  const { matched, matchedIsExact, only } = counted
  const { rateLimitPerSecond: rate } = webhook
  if (matched === 0 && matchedIsExact) return <Notice tone="wait">{say('nothing')}</Notice>
  return (
    <div role="status" className="flex flex-col items-start gap-3 rounded-md bg-accent-soft px-4 py-3">
      <p className="font-semibold">
        {matchedIsExact
          ? say('found', { count: matched })
          : say('foundAtLeast', { count: countText(matched, language) })}
      </p>
      {rate !== null && (
        <p className="text-sm">{say('takes', { rate, time: durationText((1000 * matched) / rate, language) })}</p>
      )}
      {only === 'all' && <p className="text-sm">{say('twice')}</p>}
      <Button kind="primary" disabled={isStarting} onClick={() => onStart(counted)}>
        {say(isStarting ? 'starting' : 'start')}
      </Button>
    </div>
  )
}
