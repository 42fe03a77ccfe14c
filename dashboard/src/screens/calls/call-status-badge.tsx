// Owns how the state of a call is shown. It is a word of its provider: any other than the known ones is shown as it is.
import { Badge, type Tone } from '../../ui/status-badge.tsx'

const TONES: Readonly<Record<string, Tone>> = { ongoing: 'busy', ended: 'ok', error: 'fail', not_connected: 'fail' }

export function CallStatusBadge({ status }: { readonly status: string | null }) {
  if (status === null) return null
  const tone = Object.hasOwn(TONES, status) ? TONES[status] : undefined
  return <Badge tone={tone ?? 'wait'}>{status.slice(0, 40)}</Badge>
}
