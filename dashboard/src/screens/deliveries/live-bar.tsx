// Owns what is said of the live list: that it is live, what waits, and what could not be shown.
import { Radio } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import { Time } from '../../ui/time.tsx'
import { useDeliveryWords } from './delivery-words.ts'
import type { Live } from './use-live.ts'

interface LiveBarProps {
  readonly live: Live
  readonly onReload: () => void
}

export function LiveBar({ live, onReload }: LiveBarProps) {
  const say = useDeliveryWords()
  const { state, gap, waiting, showWaiting } = live
  return (
    <div className="sticky top-14 z-20 flex flex-col gap-2 lg:top-3 print:hidden">
      <p role="status" className="flex items-center gap-2 rounded-md bg-busy-soft px-4 py-2 text-sm text-busy">
        <Radio size={15} aria-hidden className={state === 'open' ? 'animate-pulse' : ''} />
        <span className="mr-auto">{say(`live_${state}`)}</span>
        {waiting > 0 && (
          <button
            type="button"
            className="font-semibold underline"
            onClick={() => {
              scrollTo({ top: 0 })
              showWaiting()
            }}
          >
            {say('waiting', { count: waiting })}
          </button>
        )}
      </p>
      {gap !== undefined && (
        <p role="alert" className="flex flex-wrap items-center gap-3 rounded-md bg-accent-soft px-4 py-2 text-sm">
          <span className="mr-auto">
            {say('gap')} <Time at={gap.from} isExact /> – <Time at={gap.until} isExact />
          </span>
          <Button onClick={onReload}>{say('refresh')}</Button>
        </p>
      )}
    </div>
  )
}
