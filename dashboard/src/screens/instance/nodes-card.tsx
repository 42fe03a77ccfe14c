// Owns which processes run, and whether the others hear of them.
import type { Instance } from '@getsupervisor/agents-studio-sdk'
import { CircleCheck, CircleX } from 'lucide-react'
import { Badge } from '../../ui/status-badge.tsx'
import { Time } from '../../ui/time.tsx'
import { useInstanceWords } from './instance-words.ts'

export function NodesCard({ instance: { nodes, version } }: { readonly instance: Instance }) {
  const say = useInstanceWords()
  return (
    <ul>
      {nodes.map(({ id, isThis, isLive, startedAt, seenAt }) => (
        <li key={id} className="flex flex-col gap-1 border-b border-line px-4 py-3 text-sm last:border-b-0">
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            {isLive ? (
              <Badge tone="ok" icon={CircleCheck}>
                {say('lives')}
              </Badge>
            ) : (
              <Badge tone="fail" icon={CircleX}>
                {say('silent')}
              </Badge>
            )}
            <code className="min-w-0 truncate font-mono text-xs">{id ?? say('onlyNode')}</code>
          </span>
          <span className="text-muted">
            {say('startedAt')} <Time at={startedAt} />
            {!isLive && (
              <>
                {' '}
                · {say('seenAt')} <Time at={seenAt} />
              </>
            )}
            {isThis && ` · ${say('thisNode', { version })}`}
          </span>
        </li>
      ))}
    </ul>
  )
}
