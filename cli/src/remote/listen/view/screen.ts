// Owns drawing the view with Ink: the lines as they were laid out, and the keys as the terminal sends them.
// Must never decide anything: layout and keys are pure, beside this.
import { Box, type Key as InkKey, Text, useInput } from 'ink'
import { createElement, type ReactElement, useSyncExternalStore } from 'react'
import type { Key } from './keys.ts'
import { frameOf } from './layout.ts'
import type { Line, Span } from './line.ts'
import type { ViewState } from './view-state.ts'

export interface ScreenProps {
  readonly subscribe: (listener: () => void) => () => void
  readonly get: () => ViewState
  readonly onKey: (key: Key) => void
  /** false: NO_COLOR. */
  readonly hasColours: boolean
}

export function Screen({ subscribe, get, onKey, hasColours }: ScreenProps): ReactElement {
  const state = useSyncExternalStore(subscribe, get)
  useInput((input, key) => {
    for (const one of keysOf(input, key)) onKey(one)
  })
  const lines = frameOf(state).map((line, at) => createElement(LineOf, { key: at, line, hasColours }))
  return createElement(Box, { flexDirection: 'column', width: state.columns }, ...lines)
}

function LineOf({ line, hasColours }: { readonly line: Line; readonly hasColours: boolean }): ReactElement {
  const spans = line.spans.map((span, at) =>
    createElement(Text, { key: at, ...styleOf(span, line, hasColours) }, span.text),
  )
  // A line without text has no height.
  const content = spans.length === 0 ? ' ' : spans
  return createElement(Text, { wrap: 'truncate', inverse: line.isChosen === true }, content)
}

function styleOf({ tone, isBold, isDim }: Span, { isChosen }: Line, hasColours: boolean) {
  return {
    ...(tone !== undefined && hasColours ? { color: tone } : {}),
    ...(isBold === true ? { bold: true } : {}),
    // Dim and inverse together cannot be read.
    ...(isDim === true && isChosen !== true ? { dimColor: true } : {}),
  }
}

const NAMED = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'return'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  // Most terminals send DEL for the key of that name (Ink names it so).
  ['delete', 'backspace'],
] as const satisfies readonly (readonly [keyof InkKey, Key])[]

/** What is pasted, or typed faster than it is read, comes at once. */
function keysOf(input: string, key: InkKey): Key[] {
  if (key.ctrl) return input === 'c' ? ['ctrl+c'] : input === 'u' ? ['ctrl+u'] : []
  const named = NAMED.find(([name]) => key[name])
  if (named !== undefined) return [named[1]]
  if (key.tab) return []
  // What is typed right after Escape comes with it, as Alt would send it.
  const before: Key[] = key.meta ? ['escape'] : []
  const signs = [...input].flatMap((sign): Key[] =>
    sign === '\r' || sign === '\n' ? ['return'] : sign >= ' ' ? [{ sign }] : [],
  )
  return [...before, ...signs]
}
