// Owns deleting a source.
import type { Source } from '@getsupervisor/agents-studio-sdk'
import { useNavigate } from '@tanstack/react-router'
import { Confirm } from '../../ui/confirm.tsx'
import { useSourceChange } from './source-queries.ts'
import { useSourceWords } from './source-words.ts'

export function RemoveSource({ source: { id, name } }: { readonly source: Source }) {
  const say = useSourceWords()
  const navigate = useNavigate()
  const remove = useSourceChange(id, async (client) => {
    await client.sources.delete(id)
    await navigate({ to: '/sources' })
  })
  return (
    <Confirm name={say('remove')} question={say('removeTitle')} run={() => remove.mutateAsync(undefined)}>
      <p className="font-semibold wrap-anywhere">{name}</p>
      <p className="text-muted">{say('removeText')}</p>
    </Confirm>
  )
}
