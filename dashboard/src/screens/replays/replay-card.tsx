// Owns replaying: the range, what would be sent, the start, and how far each has come. Must never start what was not counted first.
import type { Replay, ReplaySelection, Webhook } from '@getsupervisor/agents-studio-sdk'
import { type FormEvent, useState } from 'react'
import { nowMs } from '../../browser/clock.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/page.tsx'
import { ErrorWords, Notice } from '../../ui/states.tsx'
import { ReplayFields } from './replay-fields.tsx'
import { ReplayList } from './replay-list.tsx'
import { ReplayPreview } from './replay-preview.tsx'
import { usePreview, useStartReplay } from './replay-queries.ts'
import { lastRange, rangeIn } from './replay-range.ts'
import { useReplayWords } from './replay-words.ts'

const DAY_MS = 86_400_000

export function ReplayCard({ webhook }: { readonly webhook: Webhook }) {
  const say = useReplayWords()
  const [range, setRange] = useState(() => lastRange(nowMs(), DAY_MS))
  const [only, setOnly] = useState<ReplaySelection>('failed')
  const preview = usePreview(webhook.id)
  const start = useStartReplay(webhook.id)
  const times = rangeIn(range)
  const change = (act: () => void) => {
    act()
    // It was counted for another range.
    preview.reset()
    start.reset()
  }
  const count = (event: FormEvent) => {
    event.preventDefault()
    start.reset()
    if (times !== undefined) preview.mutate({ ...times, only })
  }
  const begin = ({ since, until }: Replay) => start.mutate({ since, until, only }, { onSuccess: () => preview.reset() })
  const error = preview.error ?? start.error
  return (
    <Card title={say('title')}>
      <form onSubmit={count} className="flex flex-col gap-4 p-4">
        <p className="text-sm text-muted">{say('text')}</p>
        <ReplayFields
          range={range}
          only={only}
          onRange={(next) => change(() => setRange(next))}
          onOnly={(next) => change(() => setOnly(next))}
        />
        {times === undefined && <Notice tone="fail">{say('badRange')}</Notice>}
        <div>
          <Button type="submit" disabled={preview.isPending || times === undefined}>
            {say(preview.isPending ? 'counting' : 'preview')}
          </Button>
        </div>
        {error !== null && (
          <Notice tone="fail">
            <ErrorWords error={error} />
          </Notice>
        )}
        {preview.data !== undefined && (
          <ReplayPreview webhook={webhook} counted={preview.data} isStarting={start.isPending} onStart={begin} />
        )}
      </form>
      <ReplayList webhookId={webhook.id} />
    </Card>
  )
}
