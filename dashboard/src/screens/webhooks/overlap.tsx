// Owns how long an earlier secret still signs beside the new one.
import { useNow } from '../../browser/clock.ts'
import { useLanguage } from '../../language/language.ts'
import { durationText } from '../../language/time-text.ts'
import { Notice } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { useWebhookWords } from './webhook-words.ts'

export function Overlap({ until }: { readonly until: string }) {
  const say = useWebhookWords()
  const language = useLanguage()
  const leftMs = Date.parse(until) - useNow()
  if (leftMs <= 0) return null
  return (
    <Notice tone="wait">
      {say('overlapEnds')} <Time at={until} isExact />: {say('overlapLeft', { time: durationText(leftMs, language) })}.
    </Notice>
  )
}
