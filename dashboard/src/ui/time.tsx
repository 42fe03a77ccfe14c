// Owns how a time is shown: relative or exact, with the other two spellings at hand.
import { useNow } from '../browser/clock.ts'
import { useLanguage } from '../language/language.ts'
import { localTime, relativeTime, utcTime } from '../language/time-text.ts'

interface TimeProps {
  readonly at: string
  readonly isExact?: boolean
}

export function Time({ at, isExact = false }: TimeProps) {
  const language = useLanguage()
  const now = useNow()
  const local = localTime(at, language)
  return (
    <time dateTime={at} title={`${local}\n${utcTime(at)}`} className="tabular-nums">
      {isExact ? local : relativeTime(at, now, language)}
    </time>
  )
}
