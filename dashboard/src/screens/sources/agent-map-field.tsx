// Owns the field of a source's agents: a line for each of the provider's.
import { INPUT } from '../../ui/field.tsx'
import { LinesField } from '../../ui/lines-field.tsx'
import type { SourceFormValues } from './source-form-values.ts'
import { useSourceFormWords } from './source-form-words.ts'

type Agents = SourceFormValues['agents']

interface AgentMapFieldProps {
  readonly agents: Agents
  readonly error: string | undefined
  readonly onChange: (agents: Agents) => void
}

export function AgentMapField({ agents, error, onChange }: AgentMapFieldProps) {
  const say = useSourceFormWords()
  return (
    <LinesField
      legend={say('agentMap')}
      hint={say('agentMapHint')}
      error={error}
      addName={say('addAgent')}
      removeName={say('removeAgent')}
      lines={agents}
      empty={{ theirs: '', ours: '' }}
      isWrapped
      onChange={onChange}
      line={(agent, change) =>
        (['theirs', 'ours'] as const).map((side) => (
          <input
            key={side}
            aria-label={say(side)}
            placeholder={say(side)}
            spellCheck={false}
            className={`${INPUT} min-w-0 flex-1 basis-40 font-mono text-sm`}
            value={agent[side]}
            onChange={(event) => change({ [side]: event.target.value })}
          />
        ))
      }
    />
  )
}
