// Owns where everything of the view stands: the lines of a whole screen, for any size of a terminal. Pure.
import { shown } from '../../../frame/text-table.ts'
import { cutTo } from './cells.ts'
import { KEYS } from './key-help.ts'
import { bothEnds, cutLine, type Line, line, lineWidth, type Span } from './line.ts'
import { PANEL_TITLES, panelLines } from './panels.ts'
import { headLine, rowLine } from './row.ts'
import { chosenOf, filtered, stateText, type ViewState } from './view-state.ts'

/** From so many rows on the list stays above a panel. */
const BOTH_FROM_ROWS = 30
/** Title, details, notice, foot. */
const FRAME_ROWS = 4

/** As many lines as the terminal has rows, none wider than its columns. */
export function frameOf(state: ViewState): readonly Line[] {
  const { columns } = state
  const body = state.panel === null ? listLines(state, bodyRows(state)) : withPanel(state)
  const filled = Array.from({ length: bodyRows(state) }, (_, at) => body[at] ?? line())
  return [titleLine(state), detailsLine(state), ...filled, noticeLine(state), footLine(state)]
    .slice(0, state.rows)
    .map((one) => cutLine(one, columns))
}

/** How far the panel can be scrolled. */
export function scrollMax(state: ViewState): number {
  if (state.panel === null) return 0
  return Math.max(panelLines(state, state.panel, panelWidth(state)).length - panelRows(state), 0)
}

function bodyRows({ rows }: ViewState): number {
  return Math.max(rows - FRAME_ROWS, 1)
}

function listRowsBeside(state: ViewState): number {
  return state.rows >= BOTH_FROM_ROWS && state.panel !== 'help' ? Math.floor(bodyRows(state) / 3) : 0
}

/** Without its title. */
function panelRows(state: ViewState): number {
  return Math.max(bodyRows(state) - listRowsBeside(state) - 1, 1)
}

function panelWidth({ columns }: ViewState): number {
  return columns - 2
}

function titleLine(state: ViewState): Line {
  const { text, tone } = stateText(state)
  const name = { text: state.start.name, isBold: true }
  const title = state.columns < 60 ? line(name) : line({ text: 'timbre listen  ', isDim: true }, name)
  return bothEnds(title, line({ text, tone }), state.columns)
}

function detailsLine({ start, counts, columns }: ViewState): Line {
  const { forwarded, failed, skipped } = counts
  const facts = [`${forwarded} forwarded`, ...(failed > 0 ? [`${failed} failed`] : [])]
  if (skipped > 0) facts.push(`${skipped} skipped`)
  const left = line({ text: `→ ${start.forwardTo}`, isDim: true })
  return bothEnds(left, line({ text: facts.join(', '), isDim: true }), columns)
}

function withPanel(state: ViewState): Line[] {
  const { panel, columns } = state
  if (panel === null) return []
  const all = panelLines(state, panel, panelWidth(state))
  const rows = panelRows(state)
  const from = Math.min(state.scroll, Math.max(all.length - rows, 0))
  const below = all.length - from - rows
  const place = all.length <= rows ? '' : ` ${from + 1}–${Math.min(from + rows, all.length)} of ${all.length} `
  const lines = all.slice(from, from + rows).map(({ spans }) => ({ spans: [{ text: ' ' }, ...spans] }))
  return [
    ...listLines(state, listRowsBeside(state)),
    ruleLine(PANEL_TITLES[panel], below > 0 || from > 0 ? place : '', columns),
    ...lines,
  ]
}

function ruleLine(title: string, place: string, columns: number): Line {
  const dashes = Math.max(columns - title.length - place.length - 5, 0)
  const rule = (text: string): Span => ({ text, isDim: true })
  return line(rule('── '), title, rule(` ${'─'.repeat(dashes)}${place}─`))
}

function listLines(state: ViewState, rows: number): Line[] {
  if (rows === 0) return []
  const list = filtered(state)
  if (list.length === 0) return emptyLines(state).slice(0, rows)
  const chosen = chosenOf(state)
  const at = list.findIndex(({ nth }) => nth === chosen?.nth)
  const room = Math.max(rows - 1, 1)
  // The chosen one in the middle, but no empty row where there is one to show.
  const from = Math.min(Math.max(at - Math.floor(room / 2), 0), Math.max(list.length - room, 0))
  const visible = list.slice(from, from + room)
  return [headLine(state.columns), ...visible.map((one) => rowLine(one, state.columns, one.nth === chosen?.nth))]
}

function emptyLines({ exchanges, filter, start }: ViewState): Line[] {
  if (exchanges.length > 0) return [line(), line(`  Nothing of ${exchanges.length} fits ${filter}. Esc shows all.`)]
  return [
    line(),
    line('  Nothing has come yet. To see one, in another terminal:'),
    line({
      text: `  timbre trigger ${start.eventTypes.includes('call.completed') ? 'call.completed' : start.eventTypes[0]}`,
      tone: 'cyan',
    }),
    line(),
    line({ text: `  ${start.eventTypes.length} event types of ${start.server}`, isDim: true }),
  ]
}

function noticeLine({ notice, isTyping, filter, columns }: ViewState): Line {
  if (isTyping) return line({ text: ' filter ', tone: 'cyan' }, filter, { text: '▏', tone: 'cyan' })
  if (notice !== null) return line({ text: ` ${cutTo(shown(notice.text), columns - 1)}`, tone: notice.tone })
  return filter === '' ? line() : line({ text: ` filter ${filter}`, tone: 'cyan' })
}

/** Help and the end are always there; the others as far as there is room. */
function footLine(state: ViewState): Line {
  const { columns, isTyping, panel } = state
  if (isTyping)
    return keyLine([
      ['⏎', 'keep'],
      ['Esc', 'none'],
    ])
  const all = KEYS.map(({ key, does }) => [key, does] as const)
  const back: (typeof all)[number][] = panel === null ? [] : [['Esc', 'list']]
  if (scrollMax(state) > 0) back.push(['PgDn', 'more'])
  const last = all.slice(-2)
  const kept = [...back, ...all.slice(0, -2)]
  while (kept.length > 0 && lineWidth(keyLine([...kept, ...last])) > columns) kept.pop()
  return keyLine([...kept, ...last])
}

function keyLine(keys: readonly (readonly [key: string, does: string])[]): Line {
  return line(...keys.flatMap(([key, does]): Span[] => [{ text: ` ${key}`, tone: 'cyan' }, { text: ` ${does} ` }]))
}
