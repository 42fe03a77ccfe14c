// Owns attempts over time: those that were answered with 2xx upwards, the others downwards.
import { useState } from 'react'
import { useLanguage } from '../../language/language.ts'
import { countText } from '../../language/time-text.ts'
import { MirrorBars } from '../../ui/charts/mirror-bars.tsx'
import { Card } from '../../ui/page.tsx'
import { useBucketName } from './bucket-name.ts'
import { BucketTable } from './bucket-table.tsx'
import { useOverviewWords } from './overview-words.ts'
import { type Counted, wholeBuckets } from './whole-buckets.ts'

export function VolumeCard({ counted }: { readonly counted: Counted }) {
  const say = useOverviewWords()
  const language = useLanguage()
  const nameOf = useBucketName(counted.bucket)
  const [pointed, setPointed] = useState<number>()
  const buckets = wholeBuckets(counted)
  const { attempts, succeeded } = counted.total
  const bars = buckets.map(({ at, counts }) => ({
    name: nameOf(at),
    up: counts?.succeeded ?? 0,
    down: (counts?.attempts ?? 0) - (counts?.succeeded ?? 0),
  }))
  const shown = pointed === undefined ? undefined : bars[pointed]
  const count = (value: number) => countText(value, language)
  const words = say('volumeLabel', { succeeded: count(succeeded), failed: count(attempts - succeeded) })
  return (
    <Card title={say('volume')} aside={<BucketTable counted={counted} title={say('volume')} />}>
      <div className="flex flex-col gap-2 p-4">
        <MirrorBars
          bars={bars}
          label={words}
          count={count}
          onPoint={(bar) => setPointed(bar === undefined ? undefined : bars.indexOf(bar))}
        />
        <div className="flex justify-between gap-4 text-xs text-muted">
          <span>{bars[0]?.name}</span>
          <span>{bars.at(-1)?.name}</span>
        </div>
        <p className="flex min-h-5 flex-wrap gap-x-5 gap-y-1 text-sm">
          <span className="text-muted">{shown?.name ?? say('inAll')}</span>
          <Legend look="bg-chart-good" name={say('succeeded')} value={count(shown?.up ?? succeeded)} />
          <Legend look="bg-chart-bad" name={say('failedAttempts')} value={count(shown?.down ?? attempts - succeeded)} />
        </p>
      </div>
    </Card>
  )
}

interface LegendProps {
  readonly look: string
  readonly name: string
  readonly value: string
}

function Legend({ look, name, value }: LegendProps) {
  return (
    <span className="inline-flex items-center gap-2">
      <span aria-hidden className={`size-2.5 rounded-xs ${look}`} />
      {name} <span className="font-semibold tabular-nums">{value}</span>
    </span>
  )
}
