// Owns the frame around every screen: navigation, search, who is signed in, and whether there is a network.
import { Outlet, useRouterState } from '@tanstack/react-router'
import { Menu, Search, WifiOff } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useOnline } from '../browser/online.ts'
import { ChooseWorkspace } from '../session/choose-workspace.tsx'
import { useSession } from '../session/session.tsx'
import timbre from '../timbre.svg'
import { IconButton } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { isOfInstallation } from './navigation.ts'
import { NoPage } from './no-page.tsx'
import { useShellWords } from './shell-words.ts'
import { useShortcuts } from './shortcuts.ts'
import { Sidebar } from './sidebar.tsx'

const loadPalette = () => import('../palette/palette.tsx')
const Palette = lazy(loadPalette)
const ShortcutList = lazy(() => import('./shortcut-list.tsx'))

type Layer = 'palette' | 'shortcuts' | 'menu'

export function Shell() {
  const say = useShellWords()
  const [layer, setLayer] = useState<Layer>()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const close = () => setLayer(undefined)
  useShortcuts({ onPalette: () => setLayer('palette'), onHelp: () => setLayer('shortcuts') })
  useEffect(() => {
    // Ready when it is asked for: what is typed at once must not be lost.
    void loadPalette()
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever arrives at another page is done with what lay over the last one
  useEffect(close, [path])
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[15rem_minmax(0,1fr)] print:block">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:bg-surface focus:p-2"
      >
        {say('skip')}
      </a>
      <aside className="sticky top-0 hidden h-dvh border-r border-line bg-surface lg:block print:hidden">
        <Sidebar onFind={() => setLayer('palette')} onHelp={() => setLayer('shortcuts')} />
      </aside>
      <div className="flex min-w-0 flex-col">
        <TopBar onMenu={() => setLayer('menu')} onFind={() => setLayer('palette')} />
        <OfflineBanner />
        <main id="content" tabIndex={-1} className="min-w-0 flex-1 outline-none">
          <Screen path={path} />
        </main>
      </div>
      <Dialog isOpen={layer === 'menu'} onClose={close} title={say('menu')} place="side">
        <Sidebar onFind={() => setLayer('palette')} onHelp={() => setLayer('shortcuts')} />
      </Dialog>
      <Suspense>
        {layer === 'palette' && <Palette onClose={close} />}
        {layer === 'shortcuts' && <ShortcutList onClose={close} />}
      </Suspense>
    </div>
  )
}

/** An operator comes to screens of a workspace by choosing one; those of the installation are for operators only. */
function Screen({ path }: { readonly path: string }) {
  const { granted, workspaceId } = useSession()
  if (isOfInstallation(path)) return granted.kind === 'operator' ? <Outlet /> : <NoPage />
  return workspaceId === null && path !== '/' ? <ChooseWorkspace /> : <Outlet />
}

function TopBar({ onMenu, onFind }: { readonly onMenu: () => void; readonly onFind: () => void }) {
  const say = useShellWords()
  return (
    <header className="sticky top-0 z-30 flex items-center gap-2 border-b border-line bg-surface px-3 py-2 lg:hidden print:hidden">
      <img src={timbre} alt="" width={28} height={28} />
      <span className="mr-auto font-semibold">Timbre</span>
      <IconButton label={say('findLong')} onClick={onFind}>
        <Search size={18} aria-hidden />
      </IconButton>
      <IconButton label={say('menu')} onClick={onMenu}>
        <Menu size={18} aria-hidden />
      </IconButton>
    </header>
  )
}

function OfflineBanner() {
  const say = useShellWords()
  if (useOnline()) return null
  return (
    <p role="status" className="flex items-center gap-2 bg-accent-soft px-4 py-2 text-sm">
      <WifiOff size={16} aria-hidden /> {say('offline')}
    </p>
  )
}
