import { describe, expect, test } from 'vitest'
import { exchange, START } from '../testing/exchanges.ts'
import { type Key, pressed } from './keys.ts'
import { bounded, chosenOf, filtered, firstState, type ViewState, withNews } from './view-state.ts'

function stateOf(count: number): ViewState {
  let state = firstState(START, { columns: 80, rows: 24 })
  for (let nth = 1; nth <= count; nth++)
    state = withNews(state, {
      kind: 'forwarded',
      exchange: exchange(nth, nth % 2 === 0 ? { response: { status: 503, headers: {}, body: '' } } : {}),
    })
  return state
}

const typed = (state: ViewState, text: string) =>
  [...text].reduce((before, sign) => pressed(before, { sign }).state, state)
const effectOf = (state: ViewState, key: Key) => pressed(state, key).effect

describe('keys', () => {
  test('do nothing to an event where there is none, and never anything unexpected', () => {
    const empty = stateOf(0)
    for (const sign of 'redcvxyz') expect(pressed(empty, { sign })).toEqual({ state: empty })
    expect(pressed(empty, 'return').state).toEqual(empty)
    expect(effectOf(empty, { sign: 'q' })).toBe('quit')
  })

  test('ask for what is done outside, about the one that is chosen', () => {
    const state = stateOf(3)
    expect(['r', 'e', 'c', 'v'].map((sign) => effectOf(state, { sign }))).toEqual(['resend', 'edit', 'copy', 'verify'])
    expect(pressed(state, { sign: 'c' }).state).toMatchObject({ panel: 'curl', chosen: 3 })
    expect(pressed(state, { sign: 'v' }).state).toMatchObject({ panel: 'verify', verdict: null })
  })

  test('of a filter that is typed are its letters, also q and r; Ctrl-C still ends', () => {
    const typing = typed(stateOf(4), '/qr')
    expect(typing).toMatchObject({ filter: 'qr', isTyping: true })
    expect(effectOf(typing, 'ctrl+c')).toBe('quit')
    expect(pressed(typing, 'backspace').state.filter).toBe('q')
    expect(pressed(typing, 'return').state).toMatchObject({ filter: 'qr', isTyping: false })
    expect(pressed(typing, 'escape').state).toMatchObject({ filter: '', isTyping: false })
  })

  test('a filter finds by status, kind, call and id, all words at once', () => {
    const found = (text: string) => filtered(typed(stateOf(4), `/${text}`)).map(({ nth }) => nth)
    expect(found('503')).toEqual([2, 4])
    expect(found('5xx call-4')).toEqual([4])
    expect(found('FAILED')).toEqual([2, 4])
    expect(found('evt_3')).toEqual([3])
    expect(found('nothing')).toEqual([])
  })

  test('open and close a panel; Escape leads to the list, and then takes the filter away', () => {
    const filteredState = pressed(typed(stateOf(4), '/503'), 'return').state
    const open = pressed(filteredState, 'return').state
    expect(open).toMatchObject({ panel: 'detail', chosen: 4 })
    expect(pressed(open, 'return').state.panel).toBe(null)
    const closed = pressed(open, 'escape').state
    expect(closed).toMatchObject({ panel: null, filter: '503' })
    expect(pressed(closed, 'escape').state.filter).toBe('')
  })
})

describe('what is kept', () => {
  test('is the last 500, and the one that is looked at gives way to the newest when it is gone', () => {
    let state = pressed(pressed(stateOf(2), 'up').state, 'return').state
    expect(chosenOf(state)?.nth).toBe(1)
    for (let nth = 3; nth <= 700; nth++) state = withNews(state, { kind: 'forwarded', exchange: exchange(nth) })
    expect(state.exchanges.length).toBe(500)
    expect(state.counts.forwarded).toBe(700)
    expect(chosenOf(state)?.nth).toBe(700)
  })

  test('takes a bounded memory, whatever the bodies are; the newest is always there', () => {
    const large = Array.from({ length: 100 }, (_, nth) => exchange(nth, { body: 'x'.repeat(256 * 1024) }))
    expect(bounded(large).length).toBeLessThanOrEqual(32)
    expect(bounded(large).at(-1)?.nth).toBe(99)
    expect(bounded([exchange(1, { body: 'x'.repeat(20_000_000) })]).length).toBe(1)
  })
})
