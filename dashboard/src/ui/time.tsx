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

/** As the service writes a time into a sentence. */
const WRITTEN = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/

/** A sentence of the service, its times in the zone of whoever reads it. */
export function TextWithTimes({ text }: { readonly text: string }) {
  const parts = text.split(WRITTEN)
  return parts.map((part, nth) => (nth % 2 === 1 ? <Time key={part} at={part} isExact /> : part))
}
