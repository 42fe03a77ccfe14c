// Owns the field of a source's agents: a line for each of the provider's.
import { Plus, Trash2 } from 'lucide-react'
import { Button, IconButton } from '../../ui/button.tsx'
import { INPUT } from '../../ui/field.tsx'
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
  const change = (key: number, part: Partial<Agents[number]>) =>
    onChange(agents.map((one) => (one.key === key ? { ...one, ...part } : one)))
  const add = () =>
    onChange([...agents, { key: Math.max(-1, ...agents.map(({ key }) => key)) + 1, theirs: '', ours: '' }])
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1.5 text-sm font-semibold">{say('agentMap')}</legend>
      {agents.map(({ key, theirs, ours }) => (
        <div key={key} className="flex flex-wrap gap-2 sm:flex-nowrap">
          <input
            aria-label={say('theirs')}
            placeholder={say('theirs')}
            spellCheck={false}
            className={`${INPUT} min-w-0 flex-1 basis-40 font-mono text-sm`}
            value={theirs}
            onChange={(event) => change(key, { theirs: event.target.value })}
          />
          <input
            aria-label={say('ours')}
            placeholder={say('ours')}
            spellCheck={false}
            className={`${INPUT} min-w-0 flex-1 basis-40 font-mono text-sm`}
            value={ours}
            onChange={(event) => change(key, { ours: event.target.value })}
          />
          <IconButton label={say('removeAgent')} onClick={() => onChange(agents.filter((one) => one.key !== key))}>
            <Trash2 size={16} aria-hidden />
          </IconButton>
        </div>
      ))}
      <div>
        <Button onClick={add}>
          <Plus size={15} aria-hidden /> {say('addAgent')}
        </Button>
      </div>
      {error !== undefined && (
        <p role="alert" className="text-sm text-fail">
          {error}
        </p>
      )}
      <p className="text-sm text-muted">{say('agentMapHint')}</p>
    </fieldset>
  )
}
