// Owns the keys that work on every screen. Must never take a key from whoever is writing into a field.
import { useEffect } from 'react'

interface ShellKeys {
  readonly onPalette: () => void
  readonly onHelp: () => void
}

export function useShortcuts({ onPalette, onHelp }: ShellKeys): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        onPalette()
      } else if (event.key === '?' && !isWriting(event.target)) {
        event.preventDefault()
        onHelp()
      }
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  })
}

/** Keys without a modifier, for a list: j and k as in many programs, and the arrows. */
export function useListKeys(keys: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined
      const isFree = !event.ctrlKey && !event.metaKey && !event.altKey && !isWriting(event.target) && !isCovered()
      if (act === undefined || !isFree) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  })
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
}

/** Whether a dialog lies over the page. */
function isCovered(): boolean {
  return document.querySelector('[data-dialog]') !== null
}
