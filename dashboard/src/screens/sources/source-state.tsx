// Owns how it is shown whether a source was heard of.
import type { Source } from '@getsupervisor/agents-studio-sdk'
import { CircleCheck, Clock } from 'lucide-react'
import { Badge } from '../../ui/status-badge.tsx'
import { useSourceWords } from './source-words.ts'

export function SourceState({ source: { lastSignalAt } }: { readonly source: Source }) {
  const say = useSourceWords()
  return lastSignalAt === null ? (
    <Badge tone="wait" icon={Clock}>
      {say('waiting')}
    </Badge>
  ) : (
    <Badge tone="ok" icon={CircleCheck}>
      {say('hears')}
    </Badge>
  )
}
