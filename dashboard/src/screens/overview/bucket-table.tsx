// Owns the figures behind the charts as a table: exact, and for who does not see a chart.
import { useState } from 'react'
import { useLanguage } from '../../language/language.ts'
import { countText, durationText } from '../../language/time-text.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { useBucketName } from './bucket-name.ts'
import { useOverviewWords } from './overview-words.ts'
import type { Counted } from './whole-buckets.ts'

const CELL = 'px-2 py-1.5 text-right whitespace-nowrap tabular-nums first:pl-0 first:text-left last:pr-0'

export function BucketTable({ counted, title }: { readonly counted: Counted; readonly title: string }) {
  const say = useOverviewWords()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button type="button" className="text-sm text-accent-text underline" onClick={() => setOpen(true)}>
        {say('asTable')}
      </button>
      <Dialog isOpen={isOpen} onClose={() => setOpen(false)} title={title}>
        <Figures counted={counted} />
      </Dialog>
    </>
  )
}

function Figures({ counted }: { readonly counted: Counted }) {
  const say = useOverviewWords()
  const language = useLanguage()
  const nameOf = useBucketName(counted.bucket)
  if (counted.buckets.length === 0) return <p className="text-sm text-muted">{say('nothingSent')}</p>
  const ms = (value: number | undefined) => (value === undefined ? '–' : durationText(value, language))
  return (
    <table className="w-full text-sm">
      <thead className="text-xs text-muted">
        <tr className="border-b border-line">
          <th className={CELL}>{say('from')}</th>
          <th className={CELL}>{say('succeeded')}</th>
          <th className={CELL}>{say('failedAttempts')}</th>
          <th className={CELL}>p50</th>
          <th className={CELL}>p95</th>
          <th className={CELL}>p99</th>
        </tr>
      </thead>
      <tbody>
        {counted.buckets.toReversed().map(({ start, counts: { attempts, succeeded, latency } }) => (
          <tr key={start} className="border-b border-line last:border-b-0">
            <td className={CELL}>{nameOf(Date.parse(start))}</td>
            <td className={CELL}>{countText(succeeded, language)}</td>
            <td className={CELL}>{countText(attempts - succeeded, language)}</td>
            <td className={CELL}>{ms(latency.total?.p50)}</td>
            <td className={CELL}>{ms(latency.total?.p95)}</td>
            <td className={CELL}>{ms(latency.total?.p99)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
