// Owns the palette: one box from which every screen, and everything that has an id, is reached.
import { Autocomplete } from '@base-ui/react/autocomplete'
import { Dialog as BaseDialog } from '@base-ui/react/dialog'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { useState } from 'react'
import { useSettled } from '../browser/clock.ts'
import { useSharedWords } from '../language/shared-words.ts'
import { useSession } from '../session/session.tsx'
import { useShellWords } from '../shell/shell-words.ts'
import { useDestinations } from '../shell/use-destinations.ts'
import { find } from './find.ts'
import { lookups } from './lookups.ts'
import { usePaletteWords } from './palette-words.ts'

/** Whoever types is not asked about at every letter. */
const SETTLED_MS = 180

interface Choice {
  readonly key: string
  readonly title: string
  readonly note: string
  readonly open: () => void
}

export default function Palette({ onClose }: { readonly onClose: () => void }) {
  const say = usePaletteWords()
  const [text, setText] = useState('')
  const { choices, state } = useChoices(text)
  const go = ({ open }: Choice) => {
    onClose()
    open()
  }
  return (
    <BaseDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <BaseDialog.Popup
          data-dialog=""
          aria-label={say('title')}
          className="fixed top-[12vh] left-1/2 z-50 flex max-h-[70vh] w-[min(38rem,calc(100vw-1.5rem))] -translate-x-1/2 flex-col overflow-hidden rounded-lg border border-line bg-raised shadow-raised"
        >
          <Autocomplete.Root
            open
            inline
            items={choices}
            value={text}
            onValueChange={setText}
            autoHighlight="always"
            keepHighlight
            filter={null}
            itemToStringValue={(choice: Choice) => choice.title}
          >
            <div className="flex items-center gap-3 border-b border-line px-4">
              <Search size={18} className="shrink-0 text-muted" aria-hidden />
              <Autocomplete.Input
                aria-label={say('placeholder')}
                placeholder={say('placeholder')}
                spellCheck={false}
                className="h-13 min-w-0 flex-1 bg-transparent outline-none"
              />
            </div>
            <Autocomplete.List className="overflow-auto p-2 empty:hidden">
              {(choice: Choice) => (
                <Autocomplete.Item
                  key={choice.key}
                  value={choice}
                  onClick={() => go(choice)}
                  className="flex flex-col rounded-md px-3 py-2 data-highlighted:bg-hover"
                >
                  <span className="truncate">{choice.title}</span>
                  {choice.note !== '' && <span className="truncate font-mono text-xs text-muted">{choice.note}</span>}
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
            <p role="status" className="border-t border-line px-4 py-2.5 text-sm text-muted">
              {say(state)}
            </p>
          </Autocomplete.Root>
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  )
}

function useChoices(text: string) {
  const sayOfShell = useShellWords()
  const navigate = useNavigate()
  const sayShared = useSharedWords()
  const { client, workspaceId } = useSession()
  const { workspace, installation } = useDestinations()
  const asked = useSettled(text.trim(), SETTLED_MS)
  const search = useQuery({
    queryKey: ['find', asked],
    queryFn: ({ signal }) => find(client, asked, signal),
    enabled: workspaceId !== null && lookups(asked).length > 0,
    placeholderData: keepPreviousData,
  })
  const found = (asked === '' ? [] : (search.data ?? [])).map(({ kind, id, note, link }) => ({
    key: `${kind} ${id}`,
    title: `${sayShared(kind)} ${note}`,
    note: id,
    open: () => void navigate(link),
  }))
  const wanted = asked.toLowerCase()
  const screens = [...workspace, ...installation].map(({ to, name }) => ({
    key: to,
    title: sayOfShell(name),
    note: '',
    open: () => void navigate({ to }),
  }))
  const choices: readonly Choice[] = [...found, ...screens.filter(({ title }) => title.toLowerCase().includes(wanted))]
  const isSettled = asked === text.trim() && !search.isFetching
  return { choices, state: search.isError ? 'failed' : stateOf(choices.length, isSettled) } as const
}

function stateOf(count: number, isSettled: boolean) {
  if (count > 0) return 'hint'
  return isSettled ? 'nothing' : 'searching'
}
