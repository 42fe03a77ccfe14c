// Owns the list of keys.
import { Dialog } from '../ui/dialog.tsx'
import { useShellWords } from './shell-words.ts'

const KEYS = [
  ['Ctrl K', 'shortcutFind'],
  ['?', 'shortcutHelp'],
  ['j  k', 'shortcutNext'],
  ['Enter', 'shortcutOpen'],
  ['Esc', 'shortcutClose'],
] as const

export default function ShortcutList({ onClose }: { readonly onClose: () => void }) {
  const say = useShellWords()
  return (
    <Dialog isOpen onClose={onClose} title={say('shortcuts')}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-6 gap-y-3">
        {KEYS.map(([key, name]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="rounded-sm border border-control px-2 py-0.5 font-mono text-sm whitespace-pre">{key}</kbd>
            </dt>
            <dd>{say(name)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
