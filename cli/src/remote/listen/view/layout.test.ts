import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exchange, START } from '../testing/exchanges.ts'
import { widthOf } from './cells.ts'
import { pressed } from './keys.ts'
import { frameOf } from './layout.ts'
import { lineWidth } from './line.ts'
import { firstState, PANELS, type ViewState, withNews } from './view-state.ts'

const SIZE = { columns: 80, rows: 24 }

function stateOf(count: number, size = SIZE): ViewState {
  let state = firstState(START, size)
  for (let nth = 1; nth <= count; nth++) state = withNews(state, { kind: 'forwarded', exchange: exchange(nth) })
  return state
}

const texts = (state: ViewState) => frameOf(state).map(({ spans }) => spans.map(({ text }) => text).join(''))
const chosen = (state: ViewState) =>
  frameOf(state).flatMap(({ spans, isChosen }) => (isChosen ? [spans.map(({ text }) => text).join('')] : []))

describe('a frame', () => {
  test('fits every size, whatever is in it and whatever is open', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 })
    const sizes = fc.record({ columns: fc.integer({ min: 20, max: 200 }), rows: fc.integer({ min: 6, max: 60 }) })
    fc.assert(
      fc.property(sizes, text, fc.constantFrom(null, ...PANELS), fc.boolean(), (size, said, panel, isTyping) => {
        const odd = exchange(9, {
          type: said,
          callId: said,
          body: said,
          response: { status: 500, headers: { a: said }, body: said },
        })
        const state = { ...withNews(stateOf(5, size), { kind: 'forwarded', exchange: odd }), panel, isTyping }
        const frame = frameOf(state)
        expect(frame.length).toBe(size.rows)
        for (const one of frame) expect(lineWidth(one)).toBeLessThanOrEqual(size.columns)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not reach the terminal
        expect(texts(state).join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
      }),
      { numRuns: 60 },
    )
  })

  test('says how it stands, where it goes, what came, and which keys there are', () => {
    const failed = exchange(3, { response: { status: 500, headers: {}, body: 'no' }, attempt: 2, isRepeat: true })
    const [title = '', details = '', head = '', ...rest] = texts(
      withNews(stateOf(2), { kind: 'forwarded', exchange: failed }),
    )
    expect(title).toMatch(/^timbre listen {2}desk +● connected$/)
    expect(details).toMatch(/^→ http:\/\/127\.0\.0\.1:3000\/hook +3 forwarded, 1 failed$/)
    expect(head).toMatch(/^ {2}time +HTTP +type +call +took/)
    expect(rest[2]).toMatch(/^› {1}\d\d:\d\d:\d\d +500 +call\.completed +call-3 +12 ms +again 2/)
    expect(rest.at(-1)).toMatch(/^ ⏎ look .* v verify {2}\? help {2}q quit $/)
  })

  test('keeps help and quit at the foot of a narrow terminal', () => {
    const foot = texts(stateOf(1, { columns: 40, rows: 12 })).at(-1) ?? ''
    expect(foot).toMatch(/ \? help {2}q quit $/)
    expect(widthOf(foot)).toBeLessThanOrEqual(40)
  })

  test('says what to do while nothing has come, and that the filter leaves nothing', () => {
    expect(texts(stateOf(0)).join('\n')).toContain('timbre trigger call.completed')
    expect(texts({ ...stateOf(3), filter: 'nope' }).join('\n')).toContain('Nothing of 3 fits nope. Esc shows all.')
  })

  test('says that the server is away, that the receiver is, and how much waits', () => {
    const waiting = withNews(stateOf(1), { kind: 'waiting', waiting: { count: 12, isExact: true, nextInMs: null } })
    expect(texts(withNews(waiting, { kind: 'server_away' }))[0]).toContain('◌ reconnecting, 12 waiting')
    const away = withNews(waiting, { kind: 'receiver_away', otherPorts: ['5173'] })
    expect(texts(away)[0]).toContain('◌ 127.0.0.1:3000 is away: reconnecting, 12 waiting')
    expect(texts(away).join('\n')).toContain('These ports listen: 5173.')
    expect(texts(withNews(away, { kind: 'receiver_back' }))[0]).toContain('● connected, 12 waiting')
  })

  test('follows the newest, and stays with one that was chosen', () => {
    const state = stateOf(40)
    expect(chosen(state).join()).toContain('call-40')
    const up = pressed(state, 'up').state
    expect(chosen(withNews(up, { kind: 'forwarded', exchange: exchange(41) })).join()).toContain('call-39')
    expect(chosen(pressed(up, { sign: 'g' }).state).join()).toContain('call-1 ')
    const end = pressed(up, { sign: 'G' }).state
    expect(chosen(withNews(end, { kind: 'forwarded', exchange: exchange(41) })).join()).toContain('call-41')
  })
})

describe('a panel', () => {
  const long = exchange(7, {
    body: JSON.stringify({ data: { list: Array.from({ length: 200 }, (_, at) => `item-${at}`) } }),
  })
  const open = { ...withNews(stateOf(6), { kind: 'forwarded', exchange: long }), panel: 'detail' as const }

  test('shows the request and the response, and is scrolled no further than to its end', () => {
    expect(texts(open).join('\n')).toMatch(/Response {2}200[\s\S]*thanks/)
    let state: ViewState = open
    for (let presses = 0; presses < 100; presses++) state = pressed(state, 'pagedown').state
    expect(texts(state).join('\n')).toContain('"item-199"')
    expect(texts(pressed(state, 'pageup').state)).not.toEqual(texts(state))
  })

  test('has the list above it where there is room', () => {
    const rowsOf = (rows: number) => texts({ ...open, rows }).filter((text) => / call-\d /.test(text)).length
    expect([rowsOf(24), rowsOf(40)]).toEqual([0, 7])
  })

  test('compares with the one before of the same type, and leaves out what is the same', () => {
    const body = (status: string, more = 20) =>
      JSON.stringify({ data: { status, same: Array.from({ length: more }, (_, at) => at) } })
    let state = stateOf(0)
    for (const [nth, type, status] of [
      [1, 'call.completed', 'ended'],
      [2, 'call.error', 'error'],
      [3, 'call.completed', 'busy'],
    ] as const)
      state = withNews(state, { kind: 'forwarded', exchange: exchange(nth, { type, body: body(status) }) })
    const shown = texts(pressed(state, { sign: 'd' }).state).join('\n')
    expect(shown).toMatch(/- evt_1 /)
    expect(shown).toMatch(/- +"status": "ended",\n +\+ +"status": "busy",/)
    expect(shown).toMatch(/… \d+ lines are the same/)
    const alone = pressed(pressed(pressed(state, 'up').state, { sign: 'd' }).state, { sign: 'x' }).state
    expect(texts(alone).join('\n')).toContain('There is no other call.error before this one.')
  })

  test('shows the curl command, and every number as it was written', () => {
    const big = withNews(stateOf(0), {
      kind: 'forwarded',
      exchange: exchange(1, { body: '{"data":{"id":12345678901234567890}}' }),
    })
    expect(texts({ ...big, panel: 'detail' }).join('\n')).toContain('"id": 12345678901234567890')
    expect(texts({ ...big, panel: 'curl' }).join('\n')).toContain("curl -sS 'http://127.0.0.1:3000/hook'")
  })
})
