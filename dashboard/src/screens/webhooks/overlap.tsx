// Owns how long an earlier secret still signs beside the new one: when it ends, and the time that is left.
import { useNow } from '../../browser/clock.ts'
import { useLanguage } from '../../language/language.ts'
import { countdownText } from '../../language/time-text.ts'
import { Notice } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { useWebhookWords } from './webhook-words.ts'

export function Overlap({ until }: { readonly until: string }) {
  const say = useWebhookWords()
  const language = useLanguage()
  const leftMs = Date.parse(until) - useNow()
  if (leftMs <= 0) return <p className="text-sm text-muted">{say('overlapOver')}</p>
  return (
    <Notice tone="wait">
      {say('overlapEnds')} <Time at={until} isExact />:{' '}
      <strong className="whitespace-nowrap tabular-nums">
        {say('overlapLeft', { time: countdownText(leftMs, language) })}
      </strong>
      .
    </Notice>
  )
}
