// Owns the last deliveries of a webhook as a strip, the newest at the right: height and colour say how each ended.
import type { DeliveryStatus, DeliverySummary } from '@getsupervisor/agents-studio-sdk'
import { useSharedWords } from '../../language/shared-words.ts'
import { useWebhookWords } from './webhook-words.ts'

const BARS: Readonly<Record<DeliveryStatus, string>> = {
  success: 'h-2 bg-ok',
  failed: 'h-6 bg-fail',
  queued: 'h-4 bg-wait',
  sending: 'h-4 bg-busy',
}

export function RecentStrip({ deliveries }: { readonly deliveries: readonly DeliverySummary[] }) {
  const say = useWebhookWords()
  const sayShared = useSharedWords()
  const counts = (['success', 'failed', 'queued', 'sending'] as const)
    .map((status) => [sayShared(status), deliveries.filter((one) => one.status === status).length] as const)
    .filter(([, count]) => count > 0)
  const words = counts.map(([status, count]) => `${status} ${count}`).join(', ')
  return (
    <span role="img" aria-label={`${say('recent')}: ${words}`} title={words} className="flex h-6 items-end gap-0.5">
      {deliveries.toReversed().map(({ id, status }) => (
        <span key={id} className={`w-1 rounded-xs ${BARS[status]}`} />
      ))}
    </span>
  )
}
