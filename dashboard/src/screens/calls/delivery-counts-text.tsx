// Owns how many deliveries of a call stand how: with a shape and a word for a reader, not by colour alone.
import type { DeliveryCounts } from '@getsupervisor/agents-studio-sdk'
import { CircleCheck, CircleX, Clock } from 'lucide-react'
import { useCallWords } from './call-words.ts'

export function DeliveryCountsText({ counts }: { readonly counts: DeliveryCounts }) {
  const say = useCallWords()
  const { success, failed } = counts
  const waiting = counts.queued + counts.sending
  const words = say('summary', { success, failed, waiting })
  return (
    <span role="img" aria-label={words} title={words} className="inline-flex items-center gap-3 tabular-nums">
      <span className="inline-flex items-center gap-1 text-ok">
        <CircleCheck size={14} aria-hidden /> {success}
      </span>
      <span className={`inline-flex items-center gap-1 ${failed > 0 ? 'font-semibold text-fail' : 'text-muted'}`}>
        <CircleX size={14} aria-hidden /> {failed}
      </span>
      <span className="inline-flex items-center gap-1 text-muted">
        <Clock size={14} aria-hidden /> {waiting}
      </span>
    </span>
  )
}
