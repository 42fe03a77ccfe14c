// Owns the replays of a webhook that there were, and how far each has come.
import type { Replay } from '@getsupervisor/agents-studio-sdk'
import { useLanguage } from '../../language/language.ts'
import { countText } from '../../language/time-text.ts'
import { Button } from '../../ui/button.tsx'
import { Badge, type Tone } from '../../ui/status-badge.tsx'
import { Time } from '../../ui/time.tsx'
import { useCancelReplay, useReplays } from './replay-queries.ts'
import { useReplayWords } from './replay-words.ts'

const TONES: Readonly<Record<Replay['status'], Tone>> = { running: 'busy', finished: 'ok', cancelled: 'wait' }

export function ReplayList({ webhookId }: { readonly webhookId: string }) {
  const { data = [] } = useReplays(webhookId)
  if (data.length === 0) return null
  return (
    <ul className="border-t border-line">
      {data.map((replay) => (
        <li key={replay.id} className="border-b border-line px-4 py-2.5 last:border-b-0">
          <Row replay={replay} />
        </li>
      ))}
    </ul>
  )
}

function Row({ replay }: { readonly replay: Replay }) {
  const say = useReplayWords()
  const language = useLanguage()
  const cancel = useCancelReplay(replay.webhookId)
  const { id, status, queued, matched, createdAt } = replay
  const words = say('progress', { queued: countText(queued, language), matched: countText(matched, language) })
  return (
    <div className="flex flex-col gap-2 text-sm">
      <div className="flex flex-wrap items-center gap-3">
        <Badge tone={TONES[status]}>{say(status)}</Badge>
        <span className="mr-auto tabular-nums">{words}</span>
        <span className="text-muted">
          <Time at={createdAt} />
        </span>
        {status === 'running' && (
          <Button disabled={cancel.isPending} onClick={() => cancel.mutate(id)}>
            {say('cancel')}
          </Button>
        )}
      </div>
      {status === 'running' && (
        <progress aria-label={words} max={Math.max(1, matched)} value={queued} className="h-2 w-full accent-accent" />
      )}
    </div>
  )
}
