// Owns which workspaces have most deliveries of late, and how many of them failed.
import type { BusyWorkspaces } from '@getsupervisor/agents-studio-sdk'
import { useLanguage } from '../../language/language.ts'
import { countText } from '../../language/time-text.ts'
import { Time } from '../../ui/time.tsx'
import { useInstanceWords } from './instance-words.ts'
import { useOpenWorkspace } from './use-open-workspace.ts'

export function BusyCard({ busy }: { readonly busy: BusyWorkspaces }) {
  const say = useInstanceWords()
  const language = useLanguage()
  const open = useOpenWorkspace()
  if (busy.data.length === 0) return <p className="p-4 text-sm text-muted">{say('nobodyBusy')}</p>
  const most = Math.max(
    ...busy.data.map(({ deliveriesSucceeded, deliveriesFailed }) => deliveriesSucceeded + deliveriesFailed),
  )
  const count = (value: number) => countText(value, language)
  return (
    <>
      <p className="border-b border-line px-4 py-2 text-xs text-muted">
        {say('busySince')} <Time at={busy.since} isExact />
      </p>
      <ul>
        {busy.data.map(({ id, name, deliveriesSucceeded, deliveriesFailed }) => (
          <li key={id} className="border-b border-line last:border-b-0">
            <button
              type="button"
              onClick={() => open(id)}
              className="flex w-full flex-col gap-1.5 px-4 py-2.5 text-left text-sm hover:bg-hover"
            >
              <span className="flex justify-between gap-4">
                <span className="truncate font-medium">{name}</span>
                <span className="shrink-0 tabular-nums">
                  {say('ended', { count: count(deliveriesSucceeded + deliveriesFailed) })}
                  {deliveriesFailed > 0 && (
                    <span className="text-fail"> · {say('failedCount', { count: count(deliveriesFailed) })}</span>
                  )}
                </span>
              </span>
              <span aria-hidden className="flex h-2 gap-px rounded-xs bg-canvas">
                <span className="bg-chart-good" style={{ width: `${(100 * deliveriesSucceeded) / most}%` }} />
                <span className="bg-chart-bad" style={{ width: `${(100 * deliveriesFailed) / most}%` }} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
