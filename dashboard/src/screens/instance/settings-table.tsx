// Owns the settings that hold, with what each does: those that were given first to be seen, all of them on demand. Secrets are not
// among what is told.
import type { InstanceSetting } from '@getsupervisor/agents-studio-sdk'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { CodeText } from '../../ui/code-text.tsx'
import { useInstanceWords } from './instance-words.ts'

export function SettingsTable({ settings }: { readonly settings: readonly InstanceSetting[] }) {
  const say = useInstanceWords()
  const [isAll, setAll] = useState(false)
  const shown = settings.filter(({ isDefault }) => isAll || !isDefault)
  return (
    <>
      {shown.length === 0 ? (
        <p className="px-4 py-3 text-sm text-muted">{say('allDefault')}</p>
      ) : (
        <dl className="grid grid-cols-1 text-sm md:grid-cols-[minmax(0,26rem)_minmax(0,1fr)]">
          {shown.map(({ name, value, isDefault, unit, help }) => (
            <div key={name} className="contents">
              <dt className="px-4 pt-2.5 font-mono text-xs leading-6 md:border-b md:border-line md:pb-2.5">{name}</dt>
              <dd className="min-w-0 border-b border-line px-4 pb-2.5 leading-6 md:pt-2.5">
                {value === null ? (
                  <span className="text-muted">{say('notGiven')}</span>
                ) : (
                  <code className="font-mono text-xs break-all">{value}</code>
                )}
                {!isDefault && <span className="ml-3 text-xs font-semibold text-accent-text">{say('given')}</span>}
                <p className="max-w-2xl text-xs leading-5 text-muted">
                  <CodeText text={`${help} (${unit})`} />
                </p>
              </dd>
            </div>
          ))}
        </dl>
      )}
      <div className="p-3">
        <Button onClick={() => setAll(!isAll)}>
          {say(isAll ? 'onlyGiven' : 'showAll', { count: settings.length })}
        </Button>
      </div>
    </>
  )
}
