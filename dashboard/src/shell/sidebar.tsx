// Owns the list of screens, the search that opens the palette, and what belongs to whoever is signed in.
import { Link } from '@tanstack/react-router'
import { Keyboard, LogOut, Search } from 'lucide-react'
import { useSession, useSessionState } from '../session/session.tsx'
import { useSessionWords } from '../session/session-words.ts'
import timbre from '../timbre.svg'
import { Button, IconButton } from '../ui/button.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import type { Destination } from './navigation.ts'
import { useShellWords } from './shell-words.ts'
import { ThemeSwitch } from './theme-switch.tsx'
import { useDestinations } from './use-destinations.ts'

interface SidebarProps {
  readonly onFind: () => void
  readonly onHelp: () => void
}

export function Sidebar({ onFind, onHelp }: SidebarProps) {
  const say = useShellWords()
  return (
    <div className="flex h-full flex-col gap-5 lg:p-4">
      <div className="hidden items-center gap-2.5 px-1 pt-1 lg:flex">
        <img src={timbre} alt="" width={28} height={28} />
        <span className="text-lg font-semibold tracking-tight">Timbre</span>
      </div>
      <button
        type="button"
        onClick={onFind}
        className="flex h-9 items-center gap-2 rounded-md border border-control bg-canvas px-3 text-sm text-muted hover:bg-hover"
      >
        <Search size={15} aria-hidden />
        {say('find')}
        <kbd className="ml-auto font-mono text-xs">Ctrl K</kbd>
      </button>
      <Navigation />
      <Account onHelp={onHelp} />
    </div>
  )
}

function Navigation() {
  const say = useShellWords()
  const { workspace, installation } = useDestinations()
  return (
    <nav aria-label={say('navigation')} className="flex flex-col gap-5 overflow-y-auto">
      {workspace.length > 0 && <Links destinations={workspace} />}
      {installation.length > 0 && (
        <div className="flex flex-col gap-1">
          <h2 className="px-3 text-xs text-muted">{say('installation')}</h2>
          <Links destinations={installation} />
        </div>
      )}
    </nav>
  )
}

function Links({ destinations }: { readonly destinations: readonly Destination[] }) {
  const say = useShellWords()
  return (
    <ul className="flex flex-col gap-0.5">
      {destinations.map(({ to, name, icon: Icon }) => (
        <li key={to}>
          <Link
            to={to}
            className="flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm hover:bg-hover aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent-text"
          >
            <Icon size={17} aria-hidden className="shrink-0" />
            <span className="truncate">{say(name)}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

function Account({ onHelp }: Pick<SidebarProps, 'onHelp'>) {
  const say = useShellWords()
  const sayOfSession = useSessionWords()
  const { workspaceId, granted } = useSession()
  const { signOut, chooseWorkspace } = useSessionState()
  return (
    <div className="mt-auto flex flex-col gap-3">
      <div className="flex gap-2">
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
      <div className={`border-t border-line pt-3 text-xs text-muted ${workspaceId === null ? 'hidden' : ''}`}>
        {say('workspace')}
        <code className="block truncate font-mono text-ink" title={workspaceId ?? undefined}>
          {workspaceId}
        </code>
        {granted.kind === 'operator' && (
          <button type="button" className="text-accent-text underline" onClick={() => chooseWorkspace(null)}>
            {sayOfSession('change')}
          </button>
        )}
      </div>
      <div className="flex items-center gap-1">
        <Button kind="bare" onClick={() => signOut()}>
          <LogOut size={15} aria-hidden /> {sayOfSession('signOut')}
        </Button>
        <span className="ml-auto" />
        <IconButton label={say('shortcuts')} onClick={onHelp}>
          <Keyboard size={17} aria-hidden />
        </IconButton>
      </div>
    </div>
  )
}
