// Owns the theme: the system's, or the one that was chosen.
import { useSyncExternalStore } from 'react'
import { prefer, preferred } from './preferences.ts'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const listeners = new Set<() => void>()
let theme: Theme = THEMES.find((one) => one === preferred('theme')) ?? 'system'
show()

export function setTheme(chosen: Theme): void {
  theme = chosen
  prefer('theme', chosen)
  show()
  for (const changed of listeners) changed()
}

export function useTheme(): Theme {
  return useSyncExternalStore(
    (changed) => {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    () => theme,
  )
}

function show(): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}
