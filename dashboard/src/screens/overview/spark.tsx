// Owns the attempts of a day in the room of a line: what succeeded upwards, what failed downwards.
import { useLanguage } from '../../language/language.ts'
import { countText } from '../../language/time-text.ts'
import { MirrorBars } from '../../ui/charts/mirror-bars.tsx'
import { useBucketName } from './bucket-name.ts'
import { useOverviewWords } from './overview-words.ts'
import { type Counted, wholeBuckets } from './whole-buckets.ts'

export function Spark({ counted }: { readonly counted: Counted }) {
  const say = useOverviewWords()
  const language = useLanguage()
  const nameOf = useBucketName(counted.bucket)
  const { attempts, succeeded } = counted.total
  const count = (value: number) => countText(value, language)
  const bars = wholeBuckets(counted).map(({ at, counts }) => ({
    name: nameOf(at),
    up: counts?.succeeded ?? 0,
    down: (counts?.attempts ?? 0) - (counts?.succeeded ?? 0),
  }))
  const label = say('volumeLabel', { succeeded: count(succeeded), failed: count(attempts - succeeded) })
  return <MirrorBars bars={bars} label={label} count={count} isSmall />
}
