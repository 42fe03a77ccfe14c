// Owns why attempts failed: counts by cause, the most frequent first, each as long as it is frequent.
import { useLanguage } from '../../language/language.ts'
import { countText } from '../../language/time-text.ts'
import { Card } from '../../ui/page.tsx'
import { useOverviewWords } from './overview-words.ts'

export interface CountedCause {
  readonly key: string
  readonly name: string
  readonly count: number
}

const SHOWN = 10

export function CausesCard({ causes }: { readonly causes: readonly CountedCause[] }) {
  const say = useOverviewWords()
  const language = useLanguage()
  const most = causes[0]?.count ?? 1
  return (
    <Card title={say('causes')}>
      {causes.length === 0 ? (
        <p className="p-4 text-sm text-muted">{say('noCauses')}</p>
      ) : (
        <ul className="flex flex-col gap-3 p-4 text-sm">
          {causes.slice(0, SHOWN).map(({ key, name, count }) => (
            <li key={key} className="flex flex-col gap-1">
              <span className="flex justify-between gap-4">
                <span className="min-w-0">{name}</span>
                <span className="font-semibold tabular-nums">{countText(count, language)}</span>
              </span>
              <span aria-hidden className="block h-2 rounded-xs bg-canvas">
                <span
                  className="block h-full min-w-0.5 rounded-xs bg-chart-bad"
                  style={{ width: `${(100 * count) / most}%` }}
                />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
