// Owns the head of a printed delivery: of what, of which workspace, from where and when it was printed.
import { nowMs } from '../../browser/clock.ts'
import { usePrinting } from '../../browser/printing.ts'
import { utcTime } from '../../language/time-text.ts'
import { useSession } from '../../session/session.tsx'
import { useDeliveryWords } from './delivery-words.ts'

export function EvidenceHead() {
  const say = useDeliveryWords()
  const { workspaceId } = useSession()
  if (!usePrinting()) return null
  return (
    <p className="hidden border-b border-line pb-3 text-sm print:block">
      {say('evidence', {
        workspace: workspaceId ?? '',
        from: location.origin,
        at: utcTime(new Date(nowMs()).toISOString()),
      })}
    </p>
  )
}
