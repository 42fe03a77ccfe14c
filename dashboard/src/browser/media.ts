// Owns what the page knows of the width of its window, where a style alone cannot decide.
import { useSyncExternalStore } from 'react'

/** As the `xl` of the styles: a list and what is open of it fit beside each other. */
const WIDE = matchMedia('(min-width: 80rem)')

export function useIsWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      WIDE.addEventListener('change', changed)
      return () => WIDE.removeEventListener('change', changed)
    },
    () => WIDE.matches,
  )
}
