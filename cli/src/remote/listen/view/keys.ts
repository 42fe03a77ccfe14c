// Owns what each key does: the next state, and what has to be done outside of it. Pure.
import { scrollMax } from './layout.ts'
import { chosenOf, filtered, type PanelName, type ViewState } from './view-state.ts'

/** What the terminal sent: a name, or the sign itself. */
export type Key =
  | 'up'
  | 'down'
  | 'pageup'
  | 'pagedown'
  | 'home'
  | 'end'
  | 'return'
  | 'escape'
  | 'backspace'
  | 'ctrl+c'
  | 'ctrl+u'
  | { readonly sign: string }

export type Effect = 'resend' | 'edit' | 'copy' | 'verify' | 'quit'

export interface Pressed {
  readonly state: ViewState
  readonly effect?: Effect
}

const ABOUT_ONE: Readonly<Record<string, Effect>> = { r: 'resend', e: 'edit', c: 'copy', v: 'verify' }
const SIGNS: Readonly<Record<string, Key>> = { k: 'up', j: 'down', g: 'home', G: 'end', b: 'pageup', ' ': 'pagedown' }

export function pressed(state: ViewState, key: Key): Pressed {
  if (key === 'ctrl+c') return { state, effect: 'quit' }
  if (state.isTyping) return { state: typed(state, key) }
  if (typeof key === 'string') return { state: moved(state, key) }
  const { sign } = key
  const move = SIGNS[sign]
  if (move !== undefined) return { state: moved(state, move) }
  if (sign === 'q') return { state, effect: 'quit' }
  if (sign === '/') return { state: { ...state, isTyping: true } }
  if (sign === '?') return { state: toggled(state, 'help') }
  return aboutOne(state, sign)
}

function aboutOne(state: ViewState, sign: string): Pressed {
  if (chosenOf(state) === undefined) return { state }
  if (sign === 'd') return { state: toggled(state, 'compare') }
  const effect = ABOUT_ONE[sign]
  if (effect === undefined) return { state }
  if (effect === 'copy') return { state: opened(state, 'curl'), effect }
  if (effect === 'verify') return { state: opened({ ...state, verdict: null }, 'verify'), effect }
  return { state, effect }
}

function typed(state: ViewState, key: Key): ViewState {
  const { filter } = state
  if (typeof key === 'object') return { ...state, filter: filter + key.sign, chosen: null }
  switch (key) {
    case 'backspace':
      return { ...state, filter: [...filter].slice(0, -1).join('') }
    case 'ctrl+u':
      return { ...state, filter: '' }
    case 'escape':
      return { ...state, filter: '', isTyping: false }
    case 'return':
      return { ...state, isTyping: false }
    default:
      return moved(state, key)
  }
}

function moved(state: ViewState, key: Key): ViewState {
  switch (key) {
    case 'up':
      return choose(state, -1)
    case 'down':
      return choose(state, 1)
    case 'pageup':
      return paged(state, -1)
    case 'pagedown':
      return paged(state, 1)
    case 'home':
      return choose(state, Number.NEGATIVE_INFINITY)
    case 'end':
      return { ...choose(state, Number.POSITIVE_INFINITY), chosen: null }
    case 'return':
      return chosenOf(state) === undefined ? state : toggled(state, 'detail')
    case 'escape':
      return state.panel === null ? { ...state, filter: '', notice: null } : { ...state, panel: null, scroll: 0 }
    default:
      return state
  }
}

/** A page is most of the screen, so that something of the one before stays. */
function paged(state: ViewState, direction: 1 | -1): ViewState {
  const page = Math.max(Math.floor(state.rows / 2), 1)
  if (state.panel === null) return choose(state, direction * page)
  return { ...state, scroll: Math.min(Math.max(state.scroll + direction * page, 0), scrollMax(state)) }
}

/** The newest is followed again by whoever goes down to it. */
function choose(state: ViewState, by: number): ViewState {
  const list = filtered(state)
  const at = list.findIndex(({ nth }) => nth === chosenOf(state)?.nth)
  const to = Math.min(Math.max(at + by, 0), list.length - 1)
  const one = list[to]
  if (one === undefined || to === at) return state
  const panel = state.panel === 'verify' || state.panel === 'curl' ? 'detail' : state.panel
  return { ...state, chosen: to === list.length - 1 && by > 0 ? null : one.nth, panel, scroll: 0 }
}

function toggled(state: ViewState, panel: PanelName): ViewState {
  return { ...opened(state, panel), panel: state.panel === panel ? null : panel }
}

/** What is looked at stays chosen, whatever comes. */
function opened(state: ViewState, panel: PanelName): ViewState {
  return { ...state, panel, scroll: 0, chosen: chosenOf(state)?.nth ?? null }
}
