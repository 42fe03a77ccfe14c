// Owns how large the storage is, how fast it grows, and how long what is free lasts at that pace.
import type { StorageUse } from '@getsupervisor/agents-studio-sdk'
import type { ReactNode } from 'react'
import { useLanguage } from '../../language/language.ts'
import { countText } from '../../language/time-text.ts'
import { Notice } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { byteText } from './byte-text.ts'
import { useInstanceWords } from './instance-words.ts'

/** An operator who reads it on a Monday has the week to act. */
const DAYS_LEFT_FEW = 14

export function StorageCard({ storage }: { readonly storage: StorageUse }) {
  const say = useInstanceWords()
  const language = useLanguage()
  const { backend, bytes, freeBytes, bytesPerDay, measuredSince, daysLeft } = storage
  const size = (value: number) => byteText(value, language)
  return (
    <div className="flex flex-col gap-4 p-4">
      {daysLeft !== null && daysLeft < DAYS_LEFT_FEW && <Notice tone="fail">{say('diskFull')}</Notice>}
      {freeBytes !== null && <Filled bytes={bytes} freeBytes={freeBytes} />}
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2 text-sm">
        <Row name={say('kept')}>{say(backend)}</Row>
        <Row name={say('size')}>{size(bytes)}</Row>
        <Row name={say('free')}>{freeBytes === null ? say('freeUnknown') : size(freeBytes)}</Row>
        <Row name={say('growth')}>
          {bytesPerDay === null ? (
            say('growthUnknown')
          ) : (
            <>
              {say('perDay', { size: size(bytesPerDay) })}
              {measuredSince !== null && (
                <span className="text-muted">
                  {' '}
                  ({say('measured')} <Time at={measuredSince} />)
                </span>
              )}
            </>
          )}
        </Row>
        <Row name={say('lasts')}>
          {daysLeft !== null &&
            say('days', { count: Math.floor(daysLeft), shown: countText(Math.floor(daysLeft), language) })}
          {daysLeft === null && (bytesPerDay !== null && bytesPerDay <= 0 ? say('noGrowth') : '–')}
        </Row>
      </dl>
    </div>
  )
}

/** How much of what there is for it the database has. */
function Filled({ bytes, freeBytes }: { readonly bytes: number; readonly freeBytes: number }) {
  const percent = (100 * bytes) / Math.max(bytes + freeBytes, 1)
  return (
    <span aria-hidden className="block h-2 rounded-xs bg-canvas">
      <span className="block h-full min-w-0.5 rounded-xs bg-chart-good" style={{ width: `${percent}%` }} />
    </span>
  )
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 tabular-nums">{children}</dd>
    </div>
  )
}
